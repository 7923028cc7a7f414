using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Hdf5;
using Sassnet.Model.Inference;
using Sassnet.Model.Packages;
using Sassnet.Model.Tests.Nifti;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>A real scan by way of DICOM, in every lossless encoding, against the same scan by way of NIfTI.</summary>
public sealed class LeftAtriumSeriesTests
{
    private const int CompressedFiles = 30;

    private static readonly Lazy<Volume> Scan = new(() => LeftAtriumFile.ReadImage(
        RepositoryFiles.Shared("la", File.ReadLines(RepositoryFiles.Shared("la", "validation.list")).First().Trim() + ".h5"), new VoxelSize(0.625, 0.625, 1.25)));

    public static TheoryData<string> Encodings =>
        [DicomBytes.Implicit, DicomBytes.Explicit, DicomBytes.BigEndian, DicomBytes.Deflated, .. Coding.All.Where(coding => coding.Value is { IsLossless: true, Bits: 16 }).Select(coding => coding.Key)];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_scan_is_the_same_volume_by_way_of_dicom_as_by_way_of_nifti(string encoding)
    {
        var scan = Series(encoding);
        var slices = Enumerable.Range(0, scan.Slices).ToArray();

        // A program is started for each file that it compresses, and one for each that it decompresses; every slice is in the enhanced file all the same.
        var inFiles = Coding.All.ContainsKey(encoding) ? CompressedFiles : scan.Slices;
        var files = slices[..inFiles].Select(slice => Write(encoding, scan, slice)).ToArray();
        new Random(9).Shuffle(files);
        new Random(8).Shuffle(slices);
        using var classic = new DicomFolder(files);
        using var enhanced = new DicomFolder(Write(encoding, scan, slices));

        var expected = Nifti();

        foreach (var (read, count) in new[] { (classic.Read().Volume, inFiles), (enhanced.Read().Volume, scan.Slices) })
        {
            Assert.Equal(new GridSize(expected.Size.X, expected.Size.Y, count), read.Size);
            Assert.True(expected.Voxels.AsSpan(0, expected.Size.X * expected.Size.Y * count).SequenceEqual(read.Voxels));
            for (var row = 0; row < 3; row++)
            {
                for (var column = 0; column < 4; column++)
                    Assert.Equal(expected.Affine[row, column], read.Affine[row, column], 1e-4);
            }
        }
    }

    [Fact]
    public void A_scan_is_segmented_the_same_by_way_of_dicom_as_by_way_of_nifti()
    {
        var scan = Series(DicomBytes.Explicit);
        using var folder = new DicomFolder(Enumerable.Range(0, scan.Slices).Reverse().Select(slice => Write(DicomBytes.Explicit, scan, slice)));
        var package = ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "left-atrium"));
        using var segmenter = Segmenter.Load(package, new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);

        var expected = segmenter.Segment(Nifti(), new SegmentationRequest(), TestContext.Current.CancellationToken).Segmentation.Labels;
        var labels = segmenter.Segment(folder.Read().Volume, new SegmentationRequest(), TestContext.Current.CancellationToken).Segmentation.Labels;

        Assert.Contains((byte)1, expected);
        Assert.Equal(expected, labels);
    }

    private static byte[] Write(string encoding, DicomScan scan, params int[] slices) => Coding.All.TryGetValue(encoding, out var coding)
        ? coding.Compress(scan, slices)
        : Coding.Plain(scan, slices).ToBytes();

    /// <summary>The scan as a scanner would have written it, in 16 bits.</summary>
    private static DicomScan Series(string encoding)
    {
        var (size, voxels) = (Scan.Value.Size, Scan.Value.Voxels);
        return new DicomScan
        {
            Syntax = Coding.All.ContainsKey(encoding) ? DicomBytes.Explicit : encoding,
            Columns = size.X,
            Rows = size.Y,
            Slices = size.Z,
            Spacing = [0.625, 0.625, 1.25],
            Value = (column, row, slice) => Stored(voxels[size.IndexOf(column, row, slice)]),
        };
    }

    private static Volume Nifti()
    {
        var (size, scan) = (Scan.Value.Size, Series(DicomBytes.Explicit));
        var header = new NiftiBytes
        {
            Dim = [3, size.X, size.Y, size.Z, 1, 1, 1, 1],
            PixDim = [-1, 0.625, 0.625, 1.25, 0, 0, 0, 0],
            QformCode = 0,
            SRow = [-0.625, 0, 0, -scan.Origin[0], 0, 0.625, 0, -scan.Origin[1] - (0.625 * (size.Y - 1)), 0, 0, 1.25, scan.Origin[2]],
        }.HeaderOnly();
        // The rows of the release run to the back, those of the file to the front.
        var stored = new short[size.Count];
        for (var row = 0; row < size.Y * size.Z; row++)
        {
            var (z, y) = Math.DivRem(row, size.Y);
            for (var x = 0; x < size.X; x++)
                stored[size.IndexOf(x, size.Y - 1 - y, z)] = Stored(Scan.Value.Voxels[size.IndexOf(x, y, z)]);
        }

        using var stream = new MemoryStream([.. header, .. MemoryMarshal.AsBytes<short>(stored)]);
        return VolumeFile.Read(stream, ct: TestContext.Current.CancellationToken).Volume;
    }

    private static short Stored(float voxel) => (short)Math.Round(voxel * 1000);
}
