using System.Runtime.InteropServices;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Series that other programs compressed: dcmtk for JPEG, JPEG-LS and run lengths, openjpeg for JPEG 2000.</summary>
public sealed class CompressedSeriesTests : IDisposable
{
    private const int Edge = 40;

    private static readonly Dictionary<string, (string Syntax, string Encoder, string? Decoder, string[] Options, int Bits)> Codings = new()
    {
        ["RLE"] = (DicomBytes.Rle, "dcmcrle", null, [], 16),
        ["JPEG baseline"] = ("1.2.840.10008.1.2.4.50", "dcmcjpeg", "dcmdjpeg", ["+eb"], 8),
        ["JPEG extended"] = ("1.2.840.10008.1.2.4.51", "dcmcjpeg", "dcmdjpeg", ["+ee"], 12),
        ["JPEG lossless"] = ("1.2.840.10008.1.2.4.57", "dcmcjpeg", null, ["+el"], 16),
        ["JPEG lossless SV1, 12 bits"] = ("1.2.840.10008.1.2.4.70", "dcmcjpeg", null, ["+e1"], 12),
        ["JPEG lossless SV1"] = ("1.2.840.10008.1.2.4.70", "dcmcjpeg", null, ["+e1"], 16),
        ["JPEG-LS"] = ("1.2.840.10008.1.2.4.80", "dcmcjpls", null, ["+el"], 16),
        ["JPEG-LS near-lossless"] = ("1.2.840.10008.1.2.4.81", "dcmcjpls", "dcmdjpls", ["+en", "+md", "2"], 12),
        ["JPEG 2000 lossless"] = ("1.2.840.10008.1.2.4.90", "opj_compress", null, [], 16),
        ["JPEG 2000"] = ("1.2.840.10008.1.2.4.91", "opj_compress", "opj_decompress", ["-I", "-r", "3"], 16),
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sassnet-dicom-tests-");

    public static TheoryData<string, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool, bool>();
            foreach (var name in Codings.Keys)
            {
                cases.Add(name, false, false);
                cases.Add(name, true, false);

                // What dcmtk makes of signed pixels when it compresses them with loss is its own matter.
                if (Codings[name].Decoder is null or "opj_decompress")
                    cases.Add(name, false, true);
            }

            return cases;
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_compressed_series_is_the_uncompressed_one(string coding, bool isEnhanced, bool isSigned)
    {
        var (syntax, encoder, decoder, options, bits) = Codings[coding];
        var scan = Scan(bits, isSigned);
        int[][] files = isEnhanced ? [[3, 0, 2, 1]] : [[0], [1], [2], [3]];
        using var uncompressed = new DicomFolder(files.Select(slices => Plain(scan, slices).ToBytes()));
        using var compressed = new DicomFolder();
        foreach (var (path, slices) in uncompressed.Paths.Zip(files))
            compressed.Add(encoder == "opj_compress" ? OpenJpeg(scan, syntax, options, slices) : Dcmtk(encoder, path, options));

        // Where the compression loses something, what counts is what the decoder itself makes of each file.
        using var expected = new DicomFolder(decoder is null or "opj_decompress"
            ? uncompressed.Paths.Select(File.ReadAllBytes)
            : compressed.Paths.Select(path => Dcmtk(decoder, path, [])));
        var (read, wanted) = (compressed.Read().Volume, expected.Read().Volume);

        Assert.Contains(syntax, File.ReadAllText(compressed.Paths[0], System.Text.Encoding.Latin1), StringComparison.Ordinal);
        Assert.Equal(wanted.Affine, read.Affine);
        if (decoder == "opj_decompress")
            Assert.InRange(wanted.Voxels.Zip(read.Voxels, (one, other) => Math.Abs(one - other)).Average(), 0.001, wanted.Voxels.Max() / 50);
        else
            Assert.Equal(wanted.Voxels, read.Voxels);
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

    /// <summary>An uncompressed file of some slices, its pixels in bytes where 8 bits suffice.</summary>
    private static DicomBytes Plain(DicomScan scan, int[] slices)
    {
        var file = slices.Length > 1 ? scan.Enhanced(slices) : scan.Slice(slices[0]);
        return scan.BitsStored == 8
            ? file.Short(0x00280100, 8).Bytes(0x7FE00010, "OB", [.. slices.SelectMany(scan.Frame).Select(value => (byte)value)])
            : file;
    }

    private byte[] Dcmtk(string tool, string path, string[] options)
    {
        var result = Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N"));
        Tools.Run(tool, [.. options, path, result]);
        return File.ReadAllBytes(result);
    }

    private byte[] OpenJpeg(DicomScan scan, string syntax, string[] options, int[] slices)
    {
        var coded = new DicomScan { Syntax = syntax, Columns = scan.Columns, Rows = scan.Rows, BitsStored = scan.BitsStored, IsSigned = scan.IsSigned };
        return Plain(coded, slices).Fragments([], slices.Select(slice => Codestream(scan, slice, options))).ToBytes();
    }

    private byte[] Codestream(DicomScan scan, int slice, string[] options)
    {
        var (raw, coded) = (Path.Combine(_folder.FullName, "frame.rawl"), Path.Combine(_folder.FullName, "frame.j2k"));
        File.WriteAllBytes(raw, MemoryMarshal.AsBytes<short>(scan.Frame(slice)).ToArray());
        Tools.Run("opj_compress", ["-i", raw, "-o", coded, "-F", $"{scan.Columns},{scan.Rows},1,16,{(scan.IsSigned ? 's' : 'u')}", .. options]);
        return File.ReadAllBytes(coded);
    }
}
