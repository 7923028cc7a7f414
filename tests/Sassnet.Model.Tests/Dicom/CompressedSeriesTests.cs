using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Series that other programs compressed.</summary>
public sealed class CompressedSeriesTests
{
    private const int Edge = 40;

    public static TheoryData<string, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool, bool>();
            foreach (var (name, coding) in Coding.All)
            {
                cases.Add(name, false, false);
                cases.Add(name, true, false);

                // What dcmtk makes of signed pixels when it compresses them with loss is its own matter.
                if (coding.IsLossless || coding.IsJpeg2000)
                    cases.Add(name, false, true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_compressed_series_is_the_uncompressed_one(string name, bool isEnhanced, bool isSigned)
    {
        var coding = Coding.All[name];
        var scan = Scan(coding.Bits, isSigned);
        int[][] files = isEnhanced ? [[3, 0, 2, 1]] : [[0], [1], [2], [3]];
        using var compressed = new DicomFolder(files.Select(slices => coding.Compress(scan, slices)));

        // Where the compression loses something, what counts is what the decoder itself makes of each file.
        using var expected = new DicomFolder(coding.IsLossless || coding.IsJpeg2000
            ? files.Select(slices => Coding.Plain(scan, slices).ToBytes())
            : compressed.Paths.Select(path => coding.Decompress(File.ReadAllBytes(path))));
        var (read, wanted) = (compressed.Read().Volume, expected.Read().Volume);

        Assert.Contains(coding.Syntax, File.ReadAllText(compressed.Paths[0], Encoding.Latin1), StringComparison.Ordinal);
        Assert.Equal(wanted.Affine, read.Affine);
        if (coding.IsLossless || !coding.IsJpeg2000)
            Assert.Equal(wanted.Voxels, read.Voxels);
        else
            Assert.InRange(wanted.Voxels.Zip(read.Voxels, (one, other) => Math.Abs(one - other)).Average(), 0.001, wanted.Voxels.Max() / 50);
    }

    [Fact]
    public void Fragments_of_several_frames_are_told_apart_by_the_offset_table()
    {
        var scan = new DicomScan { Syntax = DicomBytes.Rle };
        var frames = Enumerable.Range(0, 3).Select(slice => RunLengths.Encode(scan.Frame(slice))).ToArray();
        int[] starts = [0, frames[0].Length + 16, frames[0].Length + frames[1].Length + 24];
        var offsets = MemoryMarshal.AsBytes(starts.AsSpan()).ToArray();
        using var folder = new DicomFolder(scan.Enhanced(0, 1, 2).Fragments(offsets, frames[0][..70], frames[0][70..], frames[1], frames[2]).ToBytes());
        using var plain = new DicomFolder(new DicomScan().Enhanced(0, 1, 2).ToBytes());
        using var ambiguous = new DicomFolder(scan.Enhanced(0, 1, 2).Fragments([], frames[0][..70], frames[0][70..], frames[1], frames[2]).ToBytes());

        Assert.Equal(plain.Read().Volume.Voxels, folder.Read().Volume.Voxels);
        Assert.Equal("decode-failed", ambiguous.Fault().Slug);
    }

    private static DicomScan Scan(int bits, bool isSigned) => new()
    {
        Columns = Edge,
        Rows = Edge + 2,
        BitsStored = bits,
        IsSigned = isSigned,
        Value = (column, row, slice) => (short)((isSigned ? -900 : 0) + (bits == 8 ? 1 : 12) * ((column * 2) + (row * 3) + (slice * 5) + (column * row % 7))),
    };
}
