using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Data sets, attributes and frames that are encoded otherwise than the file says: they are read as what they are.</summary>
public sealed class OddEncodingTests
{
    public static TheoryData<string, string> Mislabelled => new()
    {
        { DicomBytes.Explicit, DicomBytes.Implicit },
        { DicomBytes.Implicit, DicomBytes.Explicit },
        { DicomBytes.BigEndian, DicomBytes.Explicit },
        { DicomBytes.Explicit, DicomBytes.BigEndian },
        { DicomBytes.Implicit, DicomBytes.BigEndian },
        { DicomBytes.BigEndian, DicomBytes.Implicit },
    };

    [Theory]
    [MemberData(nameof(Mislabelled))]
    public void A_data_set_is_read_as_it_is_encoded_whatever_the_meta_information_says(string named, string real)
    {
        // The two identifiers differ in length; the meta information ends where another group begins, so its own length does not matter.
        byte[] File(int slice)
        {
            var (declared, actual) = (new DicomScan { Syntax = named }.Slice(slice).ToBytes(), new DicomScan { Syntax = real }.Slice(slice).ToBytes());
            return [.. declared[..Start(declared, named)], .. actual[Start(actual, real)..]];
        }

        using var folder = new DicomFolder(Enumerable.Range(0, 4).Select(File));
        using var plain = new DicomFolder(new DicomScan().Classic());

        var file = folder.Read();

        Assert.Equal(plain.Read().Volume.Voxels, file.Volume.Voxels);
        Assert.Equal(plain.Read().Volume.Affine, file.Volume.Affine);
        Assert.Contains("another encoding", Assert.Single(file.Warnings).Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DicomBytes.Explicit)]
    [InlineData(DicomBytes.BigEndian)]
    public void Attributes_of_unknown_type_are_read_as_what_they_are(string syntax)
    {
        var scan = new DicomScan { Syntax = syntax, Slope = 2.5, Intercept = -7 };
        var inside = scan with { Syntax = DicomBytes.Implicit };
        using var plain = new DicomFolder(inside.Enhanced(0, 1, 2, 3).ToBytes());
        using var groups = new DicomFolder(scan.Enhanced(0, 1, 2, 3)
            .Unknown(0x52009229, inside.Enhanced(0, 1, 2, 3)).Unknown(0x52009230, inside.Enhanced(0, 1, 2, 3)).ToBytes());
        uint[] values = [0x00280010, 0x00280011, 0x00280100, 0x00280030, 0x00281053, 0x00281052];
        using var classic = new DicomFolder(Enumerable.Range(0, 4).Select(slice =>
            values.Aggregate(scan.Slice(slice), (file, tag) => file.Unknown(tag, inside.Slice(slice))).ToBytes()));

        Assert.Equal(plain.Read().Volume.Voxels, groups.Read().Volume.Voxels);
        Assert.Equal(plain.Read().Volume.Voxels, classic.Read().Volume.Voxels);
        Assert.Equal(plain.Read().Volume.Affine, classic.Read().Volume.Affine);
    }

    [Fact]
    public void A_jp2_file_in_the_fragments_is_its_codestream()
    {
        var coding = Coding.All["JPEG 2000 lossless"];
        var scan = new DicomScan { Columns = 40, Rows = 42, Syntax = coding.Syntax };
        using var bare = new DicomFolder(Enumerable.Range(0, 2).Select(slice => coding.Compress(scan, slice)));
        using var wrapped = new DicomFolder(Enumerable.Range(0, 2).Select(slice => scan.Slice(slice)
            .Fragments([], Coding.OpenJpegFile(scan, slice, "jp2")).ToBytes()));
        using var cut = new DicomFolder(Enumerable.Range(0, 2).Select(slice => scan.Slice(slice)
            .Fragments([], Coding.OpenJpegFile(scan, slice, "jp2")[..^30]).ToBytes()));

        Assert.Equal(bare.Read().Volume.Voxels, wrapped.Read().Volume.Voxels);
        Assert.Equal("decode-failed", cut.Fault().Slug);
    }

    /// <summary>Where the data set begins: behind the last element of the meta information, which has a length of 16 bits and the implementation's identifier.</summary>
    private static int Start(byte[] file, string syntax)
    {
        var text = System.Text.Encoding.Latin1.GetString(file);
        var at = text.IndexOf(syntax, StringComparison.Ordinal);
        return text.IndexOf("2.25.8", at, StringComparison.Ordinal) + 6;
    }
}
