using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Volumes;
using Xunit;
using static Sassnet.Model.Tests.Dicom.ResultFiles;
using static Sassnet.Model.Tests.Dicom.ResultSources;

namespace Sassnet.Model.Tests.Dicom;

public sealed class ResultModulesTests
{
    [Fact]
    public void What_compression_took_from_the_source_is_said_of_the_result()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan().Slice(slice)
            .Text(0x00282110, "CS", "01").Text(0x00282112, "DS", "12.5").Text(0x00282114, "CS", "ISO_10918_1").ToBytes()));
        var file = folder.Read();

        var path = Write(folder, stream => DicomSegmentation.Write(stream, Labels(file, _ => true), file.Source, About()));

        Assert.Contains("(0028,2110) CS [01]", Dump(path), StringComparison.Ordinal);
        Assert.Contains("(0028,2112) DS [12.5]", Dump(path), StringComparison.Ordinal);
        RequireValid(path);
    }

    [Fact]
    public void What_compression_took_from_one_slice_alone_is_said_of_the_result()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => slice == 2
            ? new DicomScan().Slice(slice).Text(0x00282110, "CS", "01").Text(0x00282112, "DS", "12.5").ToBytes()
            : new DicomScan().Slice(slice).Text(0x00282110, "CS", "00").ToBytes()));
        var file = folder.Read();

        var path = Write(folder, stream => DicomSegmentation.Write(stream, Labels(file, _ => true), file.Source, About()));

        Assert.Contains("(0028,2110) CS [01]", Dump(path), StringComparison.Ordinal);
        Assert.Contains("(0028,2112) DS [12.5]", Dump(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("JPEG baseline", "01")]
    [InlineData("JPEG-LS near-lossless", "01")]
    [InlineData("JPEG lossless", "00")]
    public void A_form_that_loses_is_said_of_the_result_though_the_source_says_nothing(string name, string expected)
    {
        var (coding, scan) = (Coding.All[name], new DicomScan { BitsStored = Coding.All[name].Bits, IsSigned = false, Value = (column, row, slice) => (short)(100 + (20 * slice) + row + column) });
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => Without(coding.Compress(scan, slice))));
        var file = folder.Read();

        var path = Write(folder, stream => DicomSegmentation.Write(stream, Labels(file, _ => true), file.Source, About()));

        Assert.Contains($"(0028,2110) CS [{expected}]", Dump(path), StringComparison.Ordinal);

        // dcmtk says it itself; the tag is made one that says nothing here, and sorts where it was.
        static byte[] Without(byte[] bytes)
        {
            for (var at = 0; (at = bytes.AsSpan(at).IndexOf((byte[])[0x28, 0x00, 0x10, 0x21, (byte)'C', (byte)'S']) is >= 0 and var found ? at + found : -1) >= 0; at += 6)
                bytes[at + 2] = 0x0F;
            return bytes;
        }
    }

    [Fact]
    public void A_source_without_the_identifiers_a_result_repeats_is_refused()
    {
        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(slice => new DicomScan().Slice(slice).Without(0x00200052).ToBytes()));
        var file = folder.Read();

        var fault = Assert.Throws<InvalidVolumeException>(() => DicomSegmentation.Write(Stream.Null, Labels(file, _ => true), file.Source, About()));

        Assert.Contains("FrameOfReferenceUID (0020,0052) is missing in file 1", Assert.Single(file.Warnings).Sentence, StringComparison.Ordinal);
        Assert.Equal("source-incomplete", fault.Slug);
        Assert.Contains("FrameOfReferenceUID", fault.Message, StringComparison.Ordinal);
    }
}
