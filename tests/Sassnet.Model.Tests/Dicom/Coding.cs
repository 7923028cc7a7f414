using System.Globalization;
using System.Runtime.InteropServices;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>A way in which other programs compress DICOM: dcmtk for run lengths, JPEG and JPEG-LS, openjpeg for JPEG 2000.</summary>
internal sealed record Coding(string Syntax, string Encoder, string Decoder, string[] Options, bool IsLossless, int Bits)
{
    public static readonly IReadOnlyDictionary<string, Coding> All = new Dictionary<string, Coding>
    {
        ["RLE"] = new(DicomBytes.Rle, "dcmcrle", "dcmdrle", [], true, 16),
        ["JPEG baseline"] = new("1.2.840.10008.1.2.4.50", "dcmcjpeg", "dcmdjpeg", ["+eb"], false, 8),
        ["JPEG extended"] = new("1.2.840.10008.1.2.4.51", "dcmcjpeg", "dcmdjpeg", ["+ee"], false, 12),
        ["JPEG lossless"] = new("1.2.840.10008.1.2.4.57", "dcmcjpeg", "dcmdjpeg", ["+el"], true, 16),
        ["JPEG lossless SV1, 12 bits"] = new("1.2.840.10008.1.2.4.70", "dcmcjpeg", "dcmdjpeg", ["+e1"], true, 12),
        ["JPEG lossless SV1"] = new("1.2.840.10008.1.2.4.70", "dcmcjpeg", "dcmdjpeg", ["+e1"], true, 16),
        ["JPEG-LS"] = new("1.2.840.10008.1.2.4.80", "dcmcjpls", "dcmdjpls", ["+el"], true, 16),
        ["JPEG-LS near-lossless"] = new("1.2.840.10008.1.2.4.81", "dcmcjpls", "dcmdjpls", ["+en", "+md", "2"], false, 12),
        ["JPEG 2000 lossless"] = new("1.2.840.10008.1.2.4.90", OpenJpeg, "opj_decompress", [], true, 16),
        ["JPEG 2000"] = new("1.2.840.10008.1.2.4.91", OpenJpeg, "opj_decompress", ["-I", "-r", "3"], false, 16),
    };

    private const string OpenJpeg = "opj_compress";

    public bool IsJpeg2000 => Encoder == OpenJpeg;

    /// <summary>An uncompressed file of some slices, enhanced where there are several; its pixels are bytes where 8 bits are stored.</summary>
    public static DicomBytes Plain(DicomScan scan, params int[] slices)
    {
        var file = slices.Length > 1 ? scan.Enhanced(slices) : scan.Slice(slices[0]);
        return scan.BitsStored == 8
            ? file.Short(0x00280100, 8).Bytes(0x7FE00010, "OB", [.. slices.SelectMany(scan.Frame).Select(value => (byte)value)])
            : file;
    }

    /// <summary>The same file compressed.</summary>
    public byte[] Compress(DicomScan scan, params int[] slices)
    {
        if (!IsJpeg2000)
            return Run(Encoder, Plain(scan, slices).ToBytes());

        return Plain(scan with { Syntax = Syntax }, slices).Fragments([], slices.Select(slice => OpenJpegFile(scan, slice, "j2k", Options))).ToBytes();
    }

    /// <summary>What the decoder itself makes of a file of dcmtk's.</summary>
    public byte[] Decompress(byte[] file) => Run(Decoder, file, []);

    /// <summary>A slice as openjpeg writes it: a bare codestream (j2k) or a file with one (jp2).</summary>
    public static byte[] OpenJpegFile(DicomScan scan, int slice, string extension, params string[] options)
    {
        using var folder = new DicomFolder();
        var (raw, coded) = (Path.Combine(folder.Path, "frame.rawl"), Path.Combine(folder.Path, $"frame.{extension}"));
        File.WriteAllBytes(raw, MemoryMarshal.AsBytes<short>(scan.Frame(slice)).ToArray());
        var layout = string.Create(CultureInfo.InvariantCulture, $"{scan.Columns},{scan.Rows},1,16,{(scan.IsSigned ? 's' : 'u')}");
        Tools.Run(OpenJpeg, ["-i", raw, "-o", coded, "-F", layout, .. options]);
        return File.ReadAllBytes(coded);
    }

    private byte[] Run(string tool, byte[] file) => Run(tool, file, Options);

    private static byte[] Run(string tool, byte[] file, string[] options)
    {
        using var folder = new DicomFolder(file);
        var result = Path.Combine(folder.Scratch, "result");
        Tools.Run(tool, [.. options, folder.Paths[0], result]);
        return File.ReadAllBytes(result);
    }
}
