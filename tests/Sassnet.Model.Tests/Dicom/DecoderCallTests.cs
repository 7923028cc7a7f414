using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>For which series a decoder is called, and what it is handed: of the patient nothing.</summary>
[Collection(nameof(ScriptedDecoder))]
public sealed class DecoderCallTests : IDisposable
{
    // The size segment of 6 by 5 pixels of 16 signed bits, and one tile of no bytes.
    private static readonly byte[] Jpeg2000 =
    [
        0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0, 0, 0, 0, 6, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x8F, 1, 1,
        0xFF, 0x90, 0, 10, 0, 0, 0, 0, 0, 14, 0, 1, 0xFF, 0x93, 0xFF, 0xD9,
    ];

    private readonly ScriptedDecoder _decoder = new();

    public void Dispose() => _decoder.Dispose();

    [Theory]
    [InlineData("1.2.840.10008.1.2.4.70")]
    [InlineData("1.2.840.10008.1.2.4.90")]
    public void A_decoder_gets_nothing_of_the_patient_or_of_a_files_name(string syntax)
    {
        const string canary = "CANARYDOE19700101";
        var frame = syntax.EndsWith("70", StringComparison.Ordinal) ? ScriptedDecoder.JpegHeader : Jpeg2000;
        using var series = new DicomFolder();
        for (var slice = 0; slice < 2; slice++)
        {
            var file = new DicomScan { Syntax = syntax, PatientName = canary }.Slice(slice).Fragments([], frame);
            foreach (var (tag, vr) in new[] { (0x00080050u, "SH"), (0x00080080u, "LO"), (0x00081030u, "LO"), (0x0008103Eu, "LO"), (0x00100020u, "LO"), (0x00104000u, "LT"), (0x00181030u, "LO") })
                file.Text(tag, vr, canary);
            series.Paths.Add(Path.Combine(series.Path, $"{canary}-{slice}.dcm"));
            File.WriteAllBytes(series.Paths[^1], file.ToBytes());
        }

        var fault = series.Fault(decoder: _decoder.Running("{ echo called \"$0\" \"$@\"; env; pwd; ls -la; cat *.*; } > seen 2>&1; exit 1"));

        Assert.Equal("decode-failed", fault.Slug);
        var seen = File.ReadAllText(Directory.EnumerateFiles(series.Scratch, "seen", SearchOption.AllDirectories).Single());
        Assert.Contains("called", seen, StringComparison.Ordinal);
        Assert.Contains(syntax.EndsWith("70", StringComparison.Ordinal) ? "coded.dcm" : "000001.j2k", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(canary, seen, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(canary, fault.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Without_the_decoder_a_compressed_series_is_refused_with_the_package_to_install_and_others_are_read()
    {
        var nothing = new PixelDecoderOptions { SearchPath = _decoder.Folder };
        using var uncompressed = new DicomFolder(new DicomScan().Classic());
        using var runLengths = new DicomFolder(Enumerable.Range(0, 2).Select(slice => new DicomScan { Syntax = DicomBytes.Rle }.Slice(slice).Fragments([], RunLengths.Encode(new DicomScan().Frame(slice))).ToBytes()));

        var fault = _decoder.Series.Fault(decoder: nothing);

        Assert.Equal((InvalidVolumeKind.Unsupported, "decoder-missing"), (fault.Kind, fault.Slug));
        Assert.Contains("dcmtk", fault.Message, StringComparison.Ordinal);
        Assert.Equal(120, uncompressed.Read(decoder: nothing).Volume.Voxels.Length);
        Assert.Equal(60, runLengths.Read(decoder: nothing).Volume.Voxels.Length);
    }

    [Theory]
    [InlineData(8, 5, 6, 1, "8 unsigned bits")]
    [InlineData(16, 6, 6, 1, "6x6")]
    [InlineData(16, 5, 6, 3, "3 components")]
    public void A_codestream_that_contradicts_the_header_never_reaches_a_decoder(byte bits, byte rows, byte columns, byte components, string says)
    {
        using var series = new DicomFolder(Enumerable.Range(0, 2).Select(slice => ScriptedDecoder.Compressed(slice, [0xFF, 0xD8, 0xFF, 0xC3, 0, 11, bits, 0, rows, 0, columns, components, 1, 0x11, 0, 0])));
        var fault = series.Fault(decoder: _decoder.Running("date > mark"));

        Assert.Equal("decode-failed", fault.Slug);
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(series.Scratch, "mark", SearchOption.AllDirectories));
    }
}
