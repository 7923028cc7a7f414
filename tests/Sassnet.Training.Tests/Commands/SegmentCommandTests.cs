using System.Globalization;
using System.IO.Compression;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Native;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Training.Preparation.Raw;
using SkiaSharp;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

public sealed class SegmentCommandTests : IDisposable
{
    private readonly SegmentedFolder _segmented = new();

    [Fact]
    public async Task NIfTI_files_and_DICOM_series_are_segmented_as_each_by_itself_and_a_bad_file_holds_up_nobody()
    {
        _segmented.Scans.WriteFlat("first", 901, suffix: null);
        _segmented.Scans.Write("fourth.nii.gz", "no scan");
        _segmented.Scans.WriteSeries("second", 902);
        _segmented.Scans.WriteFlat("third", 903, suffix: null);
        _segmented.Scans.Write("notes.txt", "left alone");
        Assert.Equal(3, await _segmented.Segment("--outputs", "segmentation", "sdm", "probability", "distance", "surface", "preview", "image"));
        var rows = _segmented.Rows();
        Assert.Equal(["first", "fourth", "second", "third"], rows.Select(row => row["case"]));
        Assert.Contains("cut short", rows[1]["error"], StringComparison.Ordinal);
        Assert.Equal("", rows[1]["volume_ml"]);
        Assert.False(Directory.Exists(Path.Combine(_segmented.Output, "fourth")));

        TorchRuntime.Load();
        using var segmenter = Segmenter.Load(ModelPackage.Open(SegmentedFolder.Phantom), new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);
        foreach (var (name, scan, row) in new[] { ("first", "first.nii.gz", rows[0]), ("second", "second", rows[2]), ("third", "third.nii.gz", rows[3]) })
        {
            var image = RawVolume.Read(Path.Combine(_segmented.Scans.Folder, scan), TestContext.Current.CancellationToken);
            var expected = segmenter.Segment(image.Volume, new SegmentationRequest(), TestContext.Current.CancellationToken);
            Assert.Equal(expected.Segmentation.Labels, Array.ConvertAll(_segmented.Read(name, "segmentation.nii.gz").Voxels, voxel => (byte)voxel));
            Assert.Equal(expected.Maps[0].Probability.Voxels, _segmented.Read(name, "probability.nii.gz").Voxels);
            Assert.Equal(expected.Maps[0].Sdm.Voxels, _segmented.Read(name, "sdm.nii.gz").Voxels);
            Assert.Equal(image.Volume.Voxels, _segmented.Read(name, "image.nii.gz").Voxels);
            Assert.Equal(expected.Measurements[0].VolumeMl, double.Parse(row["volume_ml"], CultureInfo.InvariantCulture), 1e-3);
            Assert.Equal(expected.Measurements[0].HeadAgreement, double.Parse(row["head_agreement"], CultureInfo.InvariantCulture), 1e-4);
            Assert.Equal(string.Join(' ', image.Warnings.Concat(expected.Warnings).Select(warning => warning.Slug).Distinct()), row["warnings"]);
            Assert.Equal(("", "phantom@" + ModelPackage.Open(SegmentedFolder.Phantom).Manifest.Version), (row["error"], row["model"]));
            using var picture = SKBitmap.Decode(Path.Combine(_segmented.Output, name, "preview.png"));
            Assert.InRange(picture.Width, 300, 3000);
            Assert.True(new FileInfo(Path.Combine(_segmented.Output, name, "surface.stl")).Length > 84);
        }
    }

    [Fact]
    public async Task The_image_is_displayed_without_its_few_darkest_and_brightest_voxels()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        Assert.Equal(0, await _segmented.Segment("--outputs", "image"));
        var header = new byte[352];
        using (var file = new GZipStream(File.OpenRead(Path.Combine(_segmented.Output, "scan", "image.nii.gz")), CompressionMode.Decompress))
            file.ReadExactly(header);
        var values = _segmented.Read("scan", "image.nii.gz").Voxels.Order().ToArray();
        float At(double share) => values[(int)(share * (values.Length - 1))];

        // Of a large scan the percentiles are those of a sample.
        Assert.InRange(BitConverter.ToSingle(header, 128), At(0.005), At(0.015));
        Assert.InRange(BitConverter.ToSingle(header, 124), At(0.99), At(0.998));
        Assert.True(At(0.998) < At(1));
    }

    [Fact]
    public async Task Of_several_labels_every_output_is_made_and_the_report_has_the_volume_of_each()
    {
        var package = WriteTwoLabels();
        _segmented.Scans.WriteSeries("series", 902);
        string[] outputs = ["segmentation", "sdm", "probability", "distance", "surface", "preview", "dicom-seg", "dicom-sr"];
        Assert.Equal(0, await SegmentedFolder.Run(["--model", package, "--input", _segmented.Scans.Folder, "--output", _segmented.Output, "--threshold", "0.3", "--outputs", .. outputs]));
        Assert.Equal(8, Directory.EnumerateFiles(Path.Combine(_segmented.Output, "series")).Count());
        var row = Assert.Single(_segmented.Rows());
        using var segmenter = Segmenter.Load(ModelPackage.Open(package), new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);
        var expected = segmenter.Segment(RawVolume.Read(Path.Combine(_segmented.Scans.Folder, "series"), TestContext.Current.CancellationToken).Volume, new SegmentationRequest(Threshold: 0.3f), TestContext.Current.CancellationToken);
        Assert.Equal(expected.Segmentation.Labels, Array.ConvertAll(_segmented.Read("series", "segmentation.nii.gz").Voxels, voxel => (byte)voxel));
        var volumes = expected.Measurements.Select(label => label.VolumeMl.ToString("F3", CultureInfo.InvariantCulture)).ToList();
        Assert.Equal($"atrium: {volumes[0]}; ventricle: {volumes[1]}", row["label_volumes_ml"]);
        Assert.Equal(expected.Measurements.Sum(label => label.VolumeMl), double.Parse(row["volume_ml"], CultureInfo.InvariantCulture), 1e-3);
    }

    [Fact]
    public async Task What_is_doubtful_of_both_labels_is_listed_once_and_said_of_each()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        Assert.Equal(0, await SegmentedFolder.Run("--model", WriteTwoLabels(), "--input", _segmented.Scans.Folder, "--output", _segmented.Output, "--threshold", "0.9999"));
        var row = Assert.Single(_segmented.Rows());
        Assert.Contains("atrium: Nothing was found.", row["remarks"], StringComparison.Ordinal);
        Assert.Contains("ventricle: Nothing was found.", row["remarks"], StringComparison.Ordinal);
        Assert.Single(row["warnings"].Split(' '), "empty-result");
    }

    [Fact]
    public async Task DICOM_results_are_made_over_a_series_and_refused_over_NIfTI()
    {
        _segmented.Scans.WriteSeries("series", 902);
        _segmented.Scans.WriteFlat("volume", 901, suffix: null);
        Assert.Equal(3, await _segmented.Segment("--outputs", "segmentation", "dicom-seg", "dicom-parametric-map", "dicom-sr", "dicom-sc"));
        var rows = _segmented.Rows();
        Assert.Equal("", rows[0]["error"]);
        Assert.Contains("NIfTI", rows[1]["error"], StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_segmented.Output, "volume")));
        foreach (var name in (string[])["segmentation.dcm", "distance.dcm", "measurements.dcm", "contours.dcm"])
        {
            var bytes = File.ReadAllBytes(Path.Combine(_segmented.Output, "series", name));
            Assert.Equal("DICM"u8.ToArray(), bytes[128..132]);
        }
    }

    [Fact]
    public async Task A_series_whose_lowest_values_are_white_is_segmented_as_it_is_and_shown_as_viewers_show_it()
    {
        _segmented.Scans.WriteSeries("black", 902);
        _segmented.Scans.WriteSeries("white", 902, photometric: "MONOCHROME1");
        Assert.Equal(0, await _segmented.Segment("--outputs", "segmentation", "image", "preview", "dicom-sc"));
        Assert.Equal(_segmented.Read("black", "image.nii.gz").Voxels, _segmented.Read("white", "image.nii.gz").Voxels);
        Assert.Equal(_segmented.Read("black", "segmentation.nii.gz").Voxels, _segmented.Read("white", "segmentation.nii.gz").Voxels);
        byte[] File(string series, string name) => System.IO.File.ReadAllBytes(Path.Combine(_segmented.Output, series, name));
        Assert.NotEqual(File("black", "preview.png"), File("white", "preview.png"));

        // The pixels end the file; of the contours they are of one colour, which is no grey.
        var count = 3 * (int)_segmented.Read("black", "image.nii.gz").Size.Count;
        var (black, white) = (File("black", "contours.dcm")[^(count + (count & 1))..][..count], File("white", "contours.dcm")[^(count + (count & 1))..][..count]);
        foreach (var (one, other) in black.Chunk(3).Zip(white.Chunk(3)))
            Assert.Equal(one[0] == one[1] ? [.. one.Select(level => (byte)(255 - level))] : one, other);
    }

    [Fact]
    public async Task Of_a_series_in_which_nothing_is_found_all_is_written_but_the_distances_that_there_are_none_of()
    {
        _segmented.Scans.WriteSeries("series", 902);
        string[] asked = ["--threshold", "0.9999999", "--outputs", "segmentation", "dicom-seg", "dicom-parametric-map", "dicom-sr"];
        Assert.Equal(0, await _segmented.Segment(asked));
        var row = Assert.Single(_segmented.Rows());
        Assert.Equal(("", "0"), (row["error"], row["voxels"]));
        Assert.Contains("output-left-out", row["warnings"].Split(' '));
        Assert.Contains("dicom-parametric-map was not written: the segmentation is empty", row["remarks"], StringComparison.Ordinal);
        Assert.Equal(["measurements.dcm", "segmentation.dcm", "segmentation.nii.gz"],
            Directory.EnumerateFiles(Path.Combine(_segmented.Output, "series")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));

        var written = _segmented.Written("series");
        Assert.Equal(0, await _segmented.Segment(asked));
        Assert.Equal(written, _segmented.Written("series"));
    }

    [Fact]
    public async Task A_slice_that_is_none_is_the_fault_of_its_series_and_not_left_out()
    {
        _segmented.Scans.WriteSeries("series", 902);
        _segmented.Scans.Write(Path.Combine("series", "IM0088.dcm"), "<html>The proxy could not reach the archive.</html>");
        Assert.Equal(3, await _segmented.Segment());
        Assert.Contains("neither read nor plainly something else (IM0088.dcm)", Assert.Single(_segmented.Rows())["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_whole_is_left_and_what_is_wrong_or_missing_or_of_another_scan_is_done_again()
    {
        _segmented.Scans.WriteFlat("bad", 901, suffix: null);
        _segmented.Scans.WriteFlat("good", 902, suffix: null);
        var good = File.ReadAllBytes(Path.Combine(_segmented.Scans.Folder, "bad.nii.gz"));
        _segmented.Scans.Write("bad.nii.gz", "no scan");
        Assert.Equal(3, await _segmented.Segment());
        var kept = _segmented.Written("good");

        File.WriteAllBytes(Path.Combine(_segmented.Scans.Folder, "bad.nii.gz"), good);
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(kept, _segmented.Written("good"));
        Assert.All(_segmented.Rows(), row => Assert.Equal("", row["error"]));

        // One more output, one file that went, other options, another scan of the same name.
        Assert.Equal(0, await _segmented.Segment("--outputs", "segmentation", "sdm"));
        Assert.NotEqual(kept, kept = _segmented.Written("good"));
        File.Delete(Path.Combine(_segmented.Output, "good", "sdm.nii.gz"));
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(kept, _segmented.Written("good"));
        Assert.Equal(0, await _segmented.Segment("--threshold", "0.9"));
        Assert.NotEqual(kept, kept = _segmented.Written("good"));
        Assert.All(_segmented.Rows(), row => Assert.Equal("0.9", row["threshold"]));

        // What is of the other threshold must not lie beside this one's.
        Assert.False(File.Exists(Path.Combine(_segmented.Output, "bad", "sdm.nii.gz")));
        File.WriteAllBytes(Path.Combine(_segmented.Scans.Folder, "good.nii.gz"), good);
        Assert.Equal(0, await _segmented.Segment("--threshold", "0.9"));
        Assert.NotEqual(kept, _segmented.Written("good"));
        Assert.Equal(_segmented.Read("bad", "segmentation.nii.gz").Voxels, _segmented.Read("good", "segmentation.nii.gz").Voxels);
    }

    [Fact]
    public async Task A_quality_steers_the_mode_and_what_is_of_another_one_is_done_again()
    {
        var package = WriteMeasured(whole: 0.9, window: 0.95);
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        foreach (var (options, inference, mode) in new[] { ((string[])["--quality", "fast"], "auto (fast)", "whole"), ([], "auto", "window") })
        {
            Assert.Equal(0, await SegmentedFolder.Run(["--model", package, "--input", _segmented.Scans.Folder, "--output", _segmented.Output, .. options]));
            var row = Assert.Single(_segmented.Rows());
            Assert.Equal((inference + " of whole 0.9, window 0.95", mode), (row["inference"], row["mode"]));
        }
    }

    [Fact]
    public async Task What_auto_chose_is_done_again_where_the_package_was_measured_anew_and_what_was_chosen_by_name_is_not()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        foreach (var (options, isDoneAgain) in new[] { ((string[])[], true), (["--inference", "window"], false) })
        {
            Assert.Equal(0, await SegmentedFolder.Run(["--model", WriteMeasured(whole: 0.9, window: 0.95), "--input", _segmented.Scans.Folder, "--output", _segmented.Output, .. options]));
            var written = _segmented.Written("scan");
            Assert.Equal("window", Assert.Single(_segmented.Rows())["mode"]);
            Assert.Equal(0, await SegmentedFolder.Run(["--model", WriteMeasured(whole: 0.95, window: 0.9), "--input", _segmented.Scans.Folder, "--output", _segmented.Output, .. options]));
            Assert.Equal((isDoneAgain, isDoneAgain ? "whole" : "window"), (written != _segmented.Written("scan"), Assert.Single(_segmented.Rows())["mode"]));
        }
    }

    [Fact]
    public async Task What_a_package_of_the_same_weights_made_with_other_preprocessing_or_labels_is_done_again_and_so_is_what_an_older_report_does_not_tell()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        var package = ModelPackage.Open(SegmentedFolder.Phantom).CopyTo(Path.Combine(_segmented.Folder, "package"));
        var written = await Done(isAgain: true, default);
        await Done(isAgain: false, written);
        package = package.With(package.Manifest with { Preprocessing = package.Manifest.Preprocessing with { Orientation = "ASL" } });
        written = await Done(isAgain: true, written);
        package = package.With(package.Manifest with { Labels = [package.Manifest.Labels[0] with { Value = 3 }] });
        written = await Done(isAgain: true, written);
        Assert.Equal(3, _segmented.Read("scan", "segmentation.nii.gz").Voxels.Max());
        package.With(package.Manifest with { Metrics = null, Card = null });
        await Done(isAgain: false, written);

        var report = Path.Combine(_segmented.Output, "report.csv");
        File.WriteAllText(report, File.ReadAllText(report).Replace(",settings,", ",unknown,", StringComparison.Ordinal));
        await Done(isAgain: true, written);

        async Task<DateTime> Done(bool isAgain, DateTime before)
        {
            Assert.Equal(0, await SegmentedFolder.Run("--model", Path.Combine(_segmented.Folder, "package"), "--input", _segmented.Scans.Folder, "--output", _segmented.Output));
            var after = _segmented.Written("scan");
            Assert.Equal(isAgain, after != before);
            return after;
        }
    }

    public void Dispose() => _segmented.Dispose();

    private string WriteMeasured(double whole, double window)
    {
        var package = ModelPackage.Open(SegmentedFolder.Phantom).CopyTo(Path.Combine(_segmented.Folder, "measured"));
        package.With(package.Manifest with { Inference = package.Manifest.Inference with { ValidationDice = new Dictionary<string, double> { ["whole"] = whole, ["window"] = window } } });
        return package.Folder;
    }

    // Random weights.
    private string WriteTwoLabels()
    {
        var package = Path.Combine(_segmented.Folder, "two");
        using var network = new VNet(2, classes: 2);
        var like = ModelPackage.Open(SegmentedFolder.Phantom).Manifest;
        Label[] labels = [new(1, "atrium", null, "#e6194b"), new(2, "ventricle", null, "#3cb44b")];
        ModelPackage.Write(package, network, like with { Architecture = new Architecture("vnet-sdm", 2, 2), Labels = labels, Range = null, Metrics = null });
        return package;
    }
}
