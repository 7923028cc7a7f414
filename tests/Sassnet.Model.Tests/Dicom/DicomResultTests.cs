using System.Globalization;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Packages;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;
using Xunit;
using static Sassnet.Model.Tests.Dicom.ResultFiles;
using static Sassnet.Model.Tests.Dicom.ResultSources;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>DICOM results, read back by pydicom and checked by dciodvfy.</summary>
public sealed class DicomResultTests
{
    // For each frame: its position, the image it was made from, and its pixels; for float pixels their values.
    private const string Reader = """
        import sys, struct, pydicom
        d = pydicom.dcmread(sys.argv[1])
        frames = int(d.NumberOfFrames)
        count = d.Rows * d.Columns
        for i, groups in enumerate(d.PerFrameFunctionalGroupsSequence):
            position = groups.PlanePositionSequence[0].ImagePositionPatient
            source = groups.DerivationImageSequence[0].SourceImageSequence[0]
            if "FloatPixelData" in d:
                pixels = struct.unpack("<%df" % count, d.FloatPixelData[4 * count * i:4 * count * (i + 1)])
            elif d.BitsAllocated == 8:
                pixels = [255 if value else 0 for value in d.PixelData[count * i:count * (i + 1)]]
            else:
                pixels = [255 * ((d.PixelData[bit >> 3] >> (bit & 7)) & 1) for bit in range(count * i, count * (i + 1))]
            print(";".join([" ".join(map(str, position)), source.ReferencedSOPInstanceUID + "/" + str(source.get("ReferencedFrameNumber", "")), " ".join(map(str, pixels))]))
        """;

    public static TheoryData<string, bool> Sources => new() { { "axial", false }, { "oblique", false }, { "reversed", false }, { "axial", true }, { "oblique", true } };

    public static TheoryData<string, bool, SegmentationEncoding> EncodedSources =>
        [.. Sources.SelectMany(row => Enum.GetValues<SegmentationEncoding>().Select(encoding => (row.Data.Item1, row.Data.Item2, encoding)))];

    [Theory]
    [MemberData(nameof(EncodedSources))]
    public void A_segmentation_is_valid_and_has_equal_voxels_at_equal_positions(string geometry, bool isEnhanced, SegmentationEncoding encoding)
    {
        var scan = Scan(geometry);
        using var folder = Folder(scan, isEnhanced);
        var file = folder.Read();
        var labels = Labels(file, slice => slice is 1 or 2);

        var path = Write(folder, stream => DicomSegmentation.Write(stream, labels, file.Source, About() with { Encoding = encoding }));

        var frames = ReadBack(path);
        Assert.Equal(2, frames.Count);
        RequireEqual(scan, frames, isEnhanced, (position, value) => Assert.Equal(255 * At(file, labels, position), value));

        // The validator is older than label maps.
        if (encoding != SegmentationEncoding.LabelMap)
            RequireValid(path);
    }

    [Fact]
    public void An_empty_segmentation_is_one_valid_frame_of_zeros()
    {
        using var folder = Folder(Scan("axial"), false);
        var file = folder.Read();

        var path = Write(folder, stream => DicomSegmentation.Write(stream, Labels(file, _ => false), file.Source, About()));

        Assert.All(Assert.Single(ReadBack(path)).Pixels, pixel => Assert.Equal(0, pixel));
        RequireValid(path);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_distance_map_is_valid_and_has_equal_values_at_equal_positions(string geometry, bool isEnhanced)
    {
        var scan = Scan(geometry);
        using var folder = Folder(scan, isEnhanced);
        var file = folder.Read();
        var distance = new Volume(file.Volume.Size, [.. Enumerable.Range(0, 120).Select(voxel => (voxel / 3f) - 20)], file.Volume.Affine);

        var path = Write(folder, stream => DicomParametricMap.Write(stream, [distance], file.Source, About()));

        var frames = ReadBack(path);
        Assert.Equal(4, frames.Count);
        RequireEqual(scan, frames, isEnhanced, (position, value) => Assert.Equal(At(distance, position), value, 1e-5));
        RequireValid(path);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_map_of_several_labels_has_the_planes_of_each_that_was_found_and_says_which(bool isEnhanced)
    {
        var scan = Scan("oblique");
        using var folder = Folder(scan, isEnhanced);
        var file = folder.Read();
        Volume Map(Func<int, float> value) => new(file.Volume.Size, [.. Enumerable.Range(0, 120).Select(value)], file.Volume.Affine);
        var (first, last) = (Map(voxel => (voxel / 3f) - 20), Map(voxel => 7 - (voxel / 5f)));
        var about = About() with { Labels = [new Label(1, "left atrium", "82471001"), new Label(4, "nothing"), new Label(9, "left ventricle", "87878005")] };

        var path = Write(folder, stream => DicomParametricMap.Write(stream, [first, Map(_ => float.PositiveInfinity), last], file.Source, about));

        var frames = ReadBack(path);
        Assert.Equal(8, frames.Count);
        RequireEqual(scan, frames.Take(4).ToList(), isEnhanced, (position, value) => Assert.Equal(At(first, position), value, 1e-5));
        RequireEqual(scan, frames.Skip(4).ToList(), isEnhanced, (position, value) => Assert.Equal(At(last, position), value, 1e-5));
        Assert.Equal([.. Enumerable.Repeat("DISTANCE 1", 4), .. Enumerable.Repeat("DISTANCE 9", 4)], Values(path, "0040,9210"));
        Assert.Equal([.. Enumerable.Repeat("left atrium", 4), .. Enumerable.Repeat("left ventricle", 4)], Values(path, "0028,3003"));
        RequireValid(path);
    }

    [Fact]
    public void A_map_of_4_gib_is_refused_before_anything_is_written()
    {
        using var folder = Folder(Scan("axial"), false);
        var about = About() with { Labels = [.. Enumerable.Range(1, 16).Select(value => new Label((byte)value, $"label {value}"))] };
        var size = new GridSize(1 << 10, 1 << 8, 1 << 8);
        var distance = new Volume(size, new float[size.Count], Affine.Scaling(VoxelSize.Unit));
        using var stream = new MemoryStream();

        var fault = Assert.Throws<InvalidVolumeException>(() => DicomParametricMap.Write(stream, [.. Enumerable.Repeat(distance, 16)], folder.Read().Source, about));

        Assert.Equal((InvalidVolumeKind.NotServable, "result-too-large"), (fault.Kind, fault.Slug));
        Assert.Contains("4294967296 bytes", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, stream.Length);
        Assert.Contains("4294967296 bytes", DicomParametricMap.ObstacleOf([.. Enumerable.Repeat(distance, 16)]), StringComparison.Ordinal);
        Assert.Null(DicomParametricMap.ObstacleOf([.. Enumerable.Repeat(distance, 15)]));
    }

    [Fact]
    public void The_distance_map_of_an_empty_segmentation_is_refused()
    {
        using var folder = Folder(Scan("axial"), false);
        var file = folder.Read();
        var distance = new Volume(file.Volume.Size, [.. Enumerable.Repeat(float.PositiveInfinity, 120)], file.Volume.Affine);

        var fault = Assert.Throws<InvalidVolumeException>(() => DicomParametricMap.Write(Stream.Null, [distance], file.Source, About()));

        Assert.Equal("empty-result", fault.Slug);
    }

    [Fact]
    public void Every_kind_of_result_is_a_series_of_its_own_number()
    {
        using var folder = Folder(Scan("axial"), false);
        var file = folder.Read();
        var labels = Labels(file, _ => true);

        Assert.Contains("(0020,0011) IS [1002]", Dump(Write(folder, stream => DicomReport.Write(stream, labels, [new SegmentMeasurement(1, 2, 3, 4)], file.Source, About()))), StringComparison.Ordinal);
        Assert.Contains("(0020,0011) IS [1003]", Dump(Write(folder, stream => DicomCapture.Write(stream, GreyVolume.Of(file.Volume), labels, file.Source, About()))), StringComparison.Ordinal);
        Assert.Contains("(0020,0011) IS [1000]", Dump(Write(folder, stream => DicomSegmentation.Write(stream, Labels(file, _ => true), file.Source, About()))), StringComparison.Ordinal);
        Assert.Contains("(0020,0011) IS [1001]", Dump(Write(folder, stream => DicomParametricMap.Write(stream, [file.Volume], file.Source, About()))), StringComparison.Ordinal);
    }

    [Fact]
    public void The_step_between_slices_is_that_of_the_volume()
    {
        var scan = new DicomScan { Spacing = [1.25, 1.25, 0.625], Slices = 20 };
        using var folder = new DicomFolder(Enumerable.Range(0, 20).Select(slice => scan.Slice(slice).Numbers(0x00180050, "DS", 0.625)
            .Numbers(0x00200032, "DS", -10, -20, Math.Round(scan.Position(slice)[2], 1)).ToBytes()));
        var file = folder.Read();

        var labels = new LabelMap(file.Volume.Size, new byte[file.Volume.Size.Count], file.Volume.Affine);
        Assert.Contains("(0018,0088) DS [0.625]", Dump(Write(folder, stream => DicomSegmentation.Write(stream, labels, file.Source, About()))), StringComparison.Ordinal);
    }

    private static List<Frame> ReadBack(string path)
    {
        return [.. PydicomProcess.Run(Reader, path).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(';')).Select(fields => new Frame(Numbers(fields[0]), fields[1], Numbers(fields[2])))];
    }

    private static double[] Numbers(string text) => [.. text.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    /// <summary>Walks over every pixel of every frame; its place in the patient is reckoned from the source alone.</summary>
    private static void RequireEqual(DicomScan scan, List<Frame> frames, bool isEnhanced, Action<double[], double> require)
    {
        foreach (var frame in frames)
        {
            var slice = Enumerable.Range(0, 4).Single(slice => scan.Position(slice).Zip(frame.Position).All(pair => Math.Abs(pair.First - pair.Second) < 1e-6));
            Assert.Equal(isEnhanced ? $"{DicomScan.SeriesUid}.1/{Array.IndexOf([2, 0, 3, 1], slice) + 1}" : $"{DicomScan.SeriesUid}.{slice + 1}/", frame.Source);
            for (var pixel = 0; pixel < 30; pixel++)
            {
                var (row, column) = (pixel / 6, pixel % 6);
                var position = Enumerable.Range(0, 3).Select(i => frame.Position[i] + (column * scan.Spacing[0] * scan.Orientation[i]) + (row * scan.Spacing[1] * scan.Orientation[i + 3]));
                require([.. position], frame.Pixels[pixel]);
            }
        }
    }

    private static double At(DicomVolume file, LabelMap labels, double[] lps) => labels.Labels[Index(file.Volume, lps)];

    private static double At(Volume volume, double[] lps) => volume.Voxels[Index(volume, lps)];

    /// <summary>The one voxel that lies at a position.</summary>
    private static int Index(Volume volume, double[] lps) => Enumerable.Range(0, 120).Single(voxel =>
    {
        var (x, y, z) = volume.Affine.Apply(voxel % 6, voxel / 6 % 5, voxel / 30);
        return Math.Abs(-lps[0] - x) + Math.Abs(-lps[1] - y) + Math.Abs(lps[2] - z) < 1e-6;
    });

    private sealed record Frame(double[] Position, string Source, double[] Pixels);
}
