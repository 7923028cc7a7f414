using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Packages;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;

namespace Sassnet.Fuzzing.Targets;

/// <summary>
/// The DICOM files of a series, one after the other with a mark between them. Over what was read results are made, and they are DICOM files. Run lengths are
/// decoded; the decoders of other compressed pixels, which are programs of others, are left out.
/// </summary>
internal static class DicomTarget
{
    private const int MostFiles = 20;

    private static readonly PixelDecoder Decoder = new(new PixelDecoderOptions { SearchPath = string.Empty }, NullLogger.Instance);
    private static readonly ResultDescription About = new(
        "a-model", "1.0.0", [new Label(1, "left atrium", "82471001")], "0.1.0", DateTimeOffset.UnixEpoch, Deidentify: false);

    public static FuzzTarget Target { get; } = new(Read, Seeds,
    [
        [.. Mark], [.. "DICM"u8], [0xFE, 0xFF, 0, 0xE0], [0xFE, 0xFF, 0x0D, 0xE0], [0xFE, 0xFF, 0xDD, 0xE0], [0xE0, 0x7F, 0x10, 0], [0xFF, 0xFF, 0xFF, 0xFF],
        [.. "1.2.840.10008.1.2"u8], [.. "1.2.840.10008.1.2.1.99"u8], [.. "1.2.840.10008.1.2.2"u8], [.. "1.2.840.10008.1.2.5"u8], [.. "1.2.840.10008.1.2.4.90"u8],
        [.. "SQ\0\0"u8], [.. "UN\0\0"u8], [.. "ISO 2022 IR 87"u8], [.. @"\"u8],
    ]);

    private static ReadOnlySpan<byte> Mark => "\n--NEXT--\n"u8;

    private static void Read(byte[] bytes)
    {
        using var folder = new InputFolder();
        var paths = new List<string>();
        foreach (var part in bytes.AsSpan().Split(Mark))
        {
            if (paths.Count < MostFiles)
                paths.Add(folder.Write(bytes.AsSpan(part)));
        }

        var files = SeriesFiles.Of(paths);
        if (!files.IsDicom)
            return;
        var file = VolumeFile.Read(files, null, folder.Path, Decoder, FuzzTarget.Limits);
        FindingException.ThrowUnless(file.Volume.Voxels.All(float.IsFinite), "a voxel is not finite");
        if (About.ObstacleOver(file.Dicom!) is null)
            WriteResults(file.Volume, file.Dicom!, folder);
    }

    private static void WriteResults(Volume volume, DicomSource source, InputFolder folder)
    {
        var labels = new LabelMap(volume.Size, [.. Enumerable.Range(0, volume.Voxels.Length).Select(i => (byte)(i % 3 == 0 ? 1 : 0))], volume.Affine);
        Write(folder, stream => DicomSegmentation.Write(stream, labels, source, About));
        Write(folder, stream => DicomParametricMap.Write(stream, [volume], source, About));
        Write(folder, stream => DicomReport.Write(stream, labels, [new SegmentMeasurement(1, 2, 3, 4)], source, About));
    }

    private static void Write(InputFolder folder, Action<Stream> write)
    {
        var written = new MemoryStream();
        write(written);
        var path = folder.Write(written.ToArray());
        try
        {
            DicomFile.Open(path, folder.Path, FuzzTarget.Limits, default);
        }
        catch (InvalidVolumeException fault)
        {
            throw new FindingException($"a result that cannot be read: {fault.Message}");
        }
    }

    private static IEnumerable<byte[]> Seeds()
    {
        foreach (var syntax in (string[])[DicomBytes.Implicit, DicomBytes.Explicit, DicomBytes.BigEndian, DicomBytes.Deflated])
        {
            foreach (var undefined in (bool[])[false, true])
            {
                var scan = DicomScan.Of(syntax, undefined) with { Columns = 3, Rows = 2, Slices = 3 };
                yield return Series(scan.Classic());
                yield return scan.Enhanced(0, 1, 2).ToBytes();
                yield return Series([scan.Slice(0).ToBareBytes(), scan.Slice(1).ToBareBytes()]);
            }
        }

        var other = new DicomScan { Columns = 3, Rows = 2, Slope = 1.5, Intercept = -3 };
        var coded = other with { Syntax = DicomBytes.Rle };
        yield return Series(Enumerable.Range(0, 3).Select(slice => coded.Slice(slice).Fragments([], RunLengths.Encode(coded.Frame(slice))).ToBytes()));
        yield return Series(Enumerable.Range(0, 2).Select(slice =>
            other.Slice(slice).Text(0x00080005, "CS", @"\ISO 2022 IR 87").Text(0x00100010, "PN", "Y^T=\u001b$B;3ED\u001b(B").ToBytes()));
        yield return Series([.. other.Classic(), "a note"u8.ToArray()]);
    }

    private static byte[] Series(IEnumerable<byte[]> files) => [.. files.Aggregate((before, next) => [.. before, .. Mark, .. next])];
}
