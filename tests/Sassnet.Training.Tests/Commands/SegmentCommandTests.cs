using System.CommandLine;
using CsvHelper;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Native;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation.Raw;
using Sassnet.Training.Segmentation;
using Sassnet.Training.Tests.Preparation;
using SkiaSharp;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

public sealed class SegmentCommandTests : IDisposable
{
    private static readonly string Phantom = Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom");

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-segment-").FullName;
    private readonly RawScans _scans;

    public SegmentCommandTests() => _scans = new RawScans(Path.Combine(_folder, "scans"));

    private string Output => Path.Combine(_folder, "results");

    [Fact]
    public async Task NIfTI_files_and_DICOM_series_are_segmented_as_each_by_itself_and_a_bad_file_holds_up_nobody()
    {
        _scans.WriteFlat("first", 901, suffix: null);
        _scans.Write("fourth.nii.gz", "no scan");
        _scans.WriteSeries("second", 902);
        _scans.WriteFlat("third", 903, suffix: null);
        _scans.Write("notes.txt", "left alone");
        Assert.Equal(3, await Segment("--outputs", "segmentation", "sdm", "probability", "distance", "surface", "preview", "image"));
        var rows = Rows();
        Assert.Equal(["first", "fourth", "second", "third"], rows.Select(row => row["case"]));
        Assert.Contains("cut short", rows[1]["error"], StringComparison.Ordinal);
        Assert.Equal("", rows[1]["volume_ml"]);
        Assert.False(Directory.Exists(Path.Combine(Output, "fourth")));

        TorchRuntime.Load();
        using var segmenter = Segmenter.Load(ModelPackage.Open(Phantom), new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);
        foreach (var (name, scan, row) in new[] { ("first", "first.nii.gz", rows[0]), ("second", "second", rows[2]), ("third", "third.nii.gz", rows[3]) })
        {
            var image = RawVolume.Read(Path.Combine(_scans.Folder, scan), TestContext.Current.CancellationToken);
            var expected = segmenter.Segment(image.Volume, new SegmentationRequest(), TestContext.Current.CancellationToken);
            Assert.Equal(expected.Segmentation.Labels, Array.ConvertAll(Read(name, "segmentation.nii.gz").Voxels, voxel => (byte)voxel));
            Assert.Equal(expected.Maps[0].Probability.Voxels, Read(name, "probability.nii.gz").Voxels);
            Assert.Equal(expected.Maps[0].Sdm.Voxels, Read(name, "sdm.nii.gz").Voxels);
            Assert.Equal(image.Volume.Voxels, Read(name, "image.nii.gz").Voxels);
            Assert.Equal(expected.Measurements[0].VolumeMl, double.Parse(row["volume_ml"], Invariant), 1e-3);
            Assert.Equal(expected.Measurements[0].HeadAgreement, double.Parse(row["head_agreement"], Invariant), 1e-4);
            Assert.Equal(string.Join(' ', image.Warnings.Concat(expected.Warnings).Select(warning => warning.Slug).Distinct()), row["warnings"]);
            Assert.Equal(("", "phantom@" + ModelPackage.Open(Phantom).Manifest.Version), (row["error"], row["model"]));
            using var picture = SKBitmap.Decode(Path.Combine(Output, name, "preview.png"));
            Assert.InRange(picture.Width, 300, 3000);
            Assert.True(new FileInfo(Path.Combine(Output, name, "surface.stl")).Length > 84);
        }
    }

    [Fact]
    public async Task Of_several_labels_every_output_is_made_and_the_report_has_the_volume_of_each()
    {
        var package = WriteTwoLabels();
        _scans.WriteSeries("series", 902);
        string[] outputs = ["segmentation", "sdm", "probability", "distance", "surface", "preview", "dicom-seg", "dicom-sr"];
        Assert.Equal(0, await Run(["--model", package, "--input", _scans.Folder, "--output", Output, "--threshold", "0.3", "--outputs", .. outputs]));
        Assert.Equal(8, Directory.EnumerateFiles(Path.Combine(Output, "series")).Count());
        var row = Assert.Single(Rows());
        using var segmenter = Segmenter.Load(ModelPackage.Open(package), new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);
        var expected = segmenter.Segment(RawVolume.Read(Path.Combine(_scans.Folder, "series"), TestContext.Current.CancellationToken).Volume, new SegmentationRequest(Threshold: 0.3f), TestContext.Current.CancellationToken);
        Assert.Equal(expected.Segmentation.Labels, Array.ConvertAll(Read("series", "segmentation.nii.gz").Voxels, voxel => (byte)voxel));
        var volumes = expected.Measurements.Select(label => label.VolumeMl.ToString("F3", Invariant)).ToList();
        Assert.Equal($"atrium: {volumes[0]}; ventricle: {volumes[1]}", row["label_volumes_ml"]);
        Assert.Equal(expected.Measurements.Sum(label => label.VolumeMl), double.Parse(row["volume_ml"], Invariant), 1e-3);
    }

    [Fact]
    public async Task What_is_doubtful_of_both_labels_is_listed_once_and_said_of_each()
    {
        _scans.WriteFlat("scan", 901, suffix: null);
        Assert.Equal(0, await Run("--model", WriteTwoLabels(), "--input", _scans.Folder, "--output", Output, "--threshold", "0.9999"));
        var row = Assert.Single(Rows());
        Assert.Contains("atrium: Nothing was found.", row["remarks"], StringComparison.Ordinal);
        Assert.Contains("ventricle: Nothing was found.", row["remarks"], StringComparison.Ordinal);
        Assert.Single(row["warnings"].Split(' '), "empty-result");
    }

    [Fact]
    public async Task DICOM_results_are_made_over_a_series_and_refused_over_NIfTI()
    {
        _scans.WriteSeries("series", 902);
        _scans.WriteFlat("volume", 901, suffix: null);
        Assert.Equal(3, await Segment("--outputs", "segmentation", "dicom-seg", "dicom-parametric-map", "dicom-sr", "dicom-sc"));
        var rows = Rows();
        Assert.Equal("", rows[0]["error"]);
        Assert.Contains("NIfTI", rows[1]["error"], StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Output, "volume")));
        foreach (var name in (string[])["segmentation.dcm", "distance.dcm", "measurements.dcm", "contours.dcm"])
        {
            var bytes = File.ReadAllBytes(Path.Combine(Output, "series", name));
            Assert.Equal("DICM"u8.ToArray(), bytes[128..132]);
        }
    }

    [Fact]
    public async Task What_is_whole_is_left_and_what_is_wrong_or_missing_or_of_another_scan_is_done_again()
    {
        _scans.WriteFlat("bad", 901, suffix: null);
        _scans.WriteFlat("good", 902, suffix: null);
        var good = File.ReadAllBytes(Path.Combine(_scans.Folder, "bad.nii.gz"));
        _scans.Write("bad.nii.gz", "no scan");
        Assert.Equal(3, await Segment());
        var kept = Written("good");

        File.WriteAllBytes(Path.Combine(_scans.Folder, "bad.nii.gz"), good);
        Assert.Equal(0, await Segment());
        Assert.Equal(kept, Written("good"));
        Assert.All(Rows(), row => Assert.Equal("", row["error"]));

        // One more output, one file that went, other options, another scan of the same name.
        Assert.Equal(0, await Segment("--outputs", "segmentation", "sdm"));
        Assert.NotEqual(kept, kept = Written("good"));
        File.Delete(Path.Combine(Output, "good", "sdm.nii.gz"));
        Assert.Equal(0, await Segment());
        Assert.Equal(kept, Written("good"));
        Assert.Equal(0, await Segment("--threshold", "0.9"));
        Assert.NotEqual(kept, kept = Written("good"));
        Assert.All(Rows(), row => Assert.Equal("0.9", row["threshold"]));

        // What is of the other threshold must not lie beside this one's.
        Assert.False(File.Exists(Path.Combine(Output, "bad", "sdm.nii.gz")));
        File.WriteAllBytes(Path.Combine(_scans.Folder, "good.nii.gz"), good);
        Assert.Equal(0, await Segment("--threshold", "0.9"));
        Assert.NotEqual(kept, Written("good"));
        Assert.Equal(Read("bad", "segmentation.nii.gz").Voxels, Read("good", "segmentation.nii.gz").Voxels);
    }

    [Fact]
    public async Task A_quality_steers_the_mode_and_what_is_of_another_one_is_done_again()
    {
        var package = WriteMeasured(whole: 0.9, window: 0.95);
        _scans.WriteFlat("scan", 901, suffix: null);
        foreach (var (options, inference, mode) in new[] { ((string[])["--quality", "fast"], "auto (fast)", "whole"), ([], "auto", "window") })
        {
            Assert.Equal(0, await Run(["--model", package, "--input", _scans.Folder, "--output", Output, .. options]));
            var row = Assert.Single(Rows());
            Assert.Equal((inference + " of whole 0.9, window 0.95", mode), (row["inference"], row["mode"]));
        }
    }

    [Fact]
    public async Task What_auto_chose_is_done_again_where_the_package_was_measured_anew_and_what_was_chosen_by_name_is_not()
    {
        _scans.WriteFlat("scan", 901, suffix: null);
        foreach (var (options, isDoneAgain) in new[] { ((string[])[], true), (["--inference", "window"], false) })
        {
            Assert.Equal(0, await Run(["--model", WriteMeasured(whole: 0.9, window: 0.95), "--input", _scans.Folder, "--output", Output, .. options]));
            var written = Written("scan");
            Assert.Equal("window", Assert.Single(Rows())["mode"]);
            Assert.Equal(0, await Run(["--model", WriteMeasured(whole: 0.95, window: 0.9), "--input", _scans.Folder, "--output", Output, .. options]));
            Assert.Equal((isDoneAgain, isDoneAgain ? "whole" : "window"), (written != Written("scan"), Assert.Single(Rows())["mode"]));
        }
    }

    [Fact]
    public async Task What_a_package_of_the_same_weights_made_with_other_preprocessing_or_labels_is_done_again_and_so_is_what_an_older_report_does_not_tell()
    {
        _scans.WriteFlat("scan", 901, suffix: null);
        var package = ModelPackage.Open(Phantom).CopyTo(Path.Combine(_folder, "package"));
        var written = await Done(isAgain: true, default);
        await Done(isAgain: false, written);
        package = package.With(package.Manifest with { Preprocessing = package.Manifest.Preprocessing with { Orientation = "ASL" } });
        written = await Done(isAgain: true, written);
        package = package.With(package.Manifest with { Labels = [package.Manifest.Labels[0] with { Value = 3 }] });
        written = await Done(isAgain: true, written);
        Assert.Equal(3, Read("scan", "segmentation.nii.gz").Voxels.Max());
        package.With(package.Manifest with { Metrics = null, Card = null });
        await Done(isAgain: false, written);

        var report = Path.Combine(Output, "report.csv");
        File.WriteAllText(report, File.ReadAllText(report).Replace(",settings,", ",unknown,", StringComparison.Ordinal));
        await Done(isAgain: true, written);

        async Task<DateTime> Done(bool isAgain, DateTime before)
        {
            Assert.Equal(0, await Run("--model", Path.Combine(_folder, "package"), "--input", _scans.Folder, "--output", Output));
            var after = Written("scan");
            Assert.Equal(isAgain, after != before);
            return after;
        }
    }

    [Fact]
    public async Task A_scan_that_became_bad_leaves_no_result_of_the_one_before()
    {
        _scans.WriteFlat("scan", 901, suffix: null);
        Directory.CreateDirectory(Path.Combine(Output, "scan"));
        string[] ofACrash = [Path.Combine(Output, "report.csv.0f.tmp"), Path.Combine(Output, "scan", "segmentation.nii.gz.0f.tmp")];
        foreach (var unfinished in ofACrash)
            File.WriteAllText(unfinished, "half");
        Assert.Equal(0, await Segment());
        Assert.All(ofACrash, unfinished => Assert.False(File.Exists(unfinished)));
        _scans.Write("scan.nii.gz", "no scan");
        Assert.Equal(3, await Segment());
        Assert.False(Directory.Exists(Path.Combine(Output, "scan")));
        Assert.NotEqual("", Assert.Single(Rows())["error"]);
    }

    [Fact]
    public async Task SIGTERM_stops_with_every_file_whole_and_the_same_command_goes_on()
    {
        _scans.WriteFlat("scan", 901, suffix: null);
        for (var number = 0; number < 400; number++)
            File.CreateSymbolicLink(Path.Combine(_scans.Folder, $"scan-{number:D3}.nii.gz"), Path.Combine(_scans.Folder, "scan.nii.gz"));
        using (var process = TrainingProcess.Start(["segment", .. Arguments()]))
        {
            await process.WaitUntil(() => process.Output.Contains("3/401", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            process.Terminate();
            var (exitCode, _, errors) = await process.End(TestContext.Current.CancellationToken);
            Assert.Equal((75, "stopped before the end"), (exitCode, errors.Trim()));
        }

        var done = Rows();
        Assert.InRange(done.Count, 3, 400);
        Assert.Equal(done.Select(row => row["case"]), Directory.EnumerateDirectories(Output).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(Output, "*.tmp", SearchOption.AllDirectories));
        foreach (var link in Directory.EnumerateFiles(_scans.Folder, "scan-*").Order(StringComparer.Ordinal).Skip(done.Count))
            File.Delete(link);
        var (ended, output, _) = await TrainingProcess.Run(TestContext.Current.CancellationToken, ["segment", .. Arguments()]);
        Assert.Equal(0, ended);
        Assert.Contains($"{done.Count} of {done.Count + 1} cases are done already", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_kept_of_a_scan_for_its_picture_is_let_go_of_when_the_scan_is_dealt_with()
    {
        // Of 8 million voxels, so that the grey levels of all are more than the process may hold; and refused before the network, which would only take time.
        var size = new GridSize(200, 200, 200);
        var voxels = new float[size.Count];
        (voxels[0], voxels[^1]) = (1, 2);
        _scans.Write("scan-00.nii.gz", new Volume(size, voxels, Affine.Scaling(new VoxelSize(10, 10, 10))));
        for (var number = 1; number < 40; number++)
            File.CreateSymbolicLink(Path.Combine(_scans.Folder, $"scan-{number:D2}.nii.gz"), Path.Combine(_scans.Folder, "scan-00.nii.gz"));
        using var process = TrainingProcess.StartWith(
            new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x10000000" }, ["segment", .. Arguments("--outputs", "preview", "--device", "cpu")]);
        var (exitCode, _, errors) = await process.End(TestContext.Current.CancellationToken);
        Assert.True(exitCode == 3, errors);
        Assert.All(Rows(), row => Assert.Contains("crop the volume", row["error"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_that_write_to_one_folder_the_second_is_refused_and_the_rows_of_the_first_stay()
    {
        _scans.WriteFlat("scan", 901, suffix: null);
        using (OutputFolder.Open(Output, [CaseOutput.Segmentation]))
        {
            var refused = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Segment());
            Assert.Contains("Another process segments into", refused.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(Output));

        // What is left of a process that was killed holds up nobody.
        File.WriteAllText(Path.Combine(Output, ".segment.lock"), "");
        Assert.Equal(0, await Segment());
        Assert.Equal(["report.csv", "scan"], Directory.EnumerateFileSystemEntries(Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_opened_in_the_folder_holds_up_nobody()
    {
        _scans.WriteFlat("first", 901, suffix: null);
        _scans.WriteSeries("series", 902);
        _scans.WriteFlat(Path.Combine("looped", "scan"), 903, suffix: null);
        Link("elsewhere");
        Link("scan.nii.gz");
        Link(Path.Combine("series", "IM0"));
        File.CreateSymbolicLink(Path.Combine(_scans.Folder, "looped", "loop"), ".");
        Assert.Equal(3, await Segment());
        var errors = Rows().ToDictionary(row => row["case"], row => row["error"]);
        Assert.Equal(["first", "looped", "scan", "series"], errors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("", errors["first"]);
        Assert.Contains("Could not find file", errors["scan"], StringComparison.Ordinal);
        Assert.Contains("neither read nor plainly something else (IM0)", errors["series"], StringComparison.Ordinal);
        Assert.Contains("scans (", errors["looped"], StringComparison.Ordinal);

        void Link(string name) => File.CreateSymbolicLink(Path.Combine(_scans.Folder, name), Path.Combine(_folder, "gone"));
    }

    [Fact]
    public async Task A_series_whose_files_are_taken_away_before_it_is_its_turn_holds_up_nobody()
    {
        _scans.WriteSeries("first", 901);
        _scans.WriteFlat("second", 902, suffix: null);
        TorchRuntime.Load();
        var (package, request) = (ModelPackage.Open(Phantom), new SegmentationRequest());
        var listing = FolderSegmentation.Find(_scans.Folder);
        using (var folder = OutputFolder.Open(Output, [CaseOutput.Segmentation]))
        {
            var failed = await new FolderSegmentation(package, request, [CaseOutput.Segmentation], TextWriter.Null).Run(
                _scans.Folder, listing.Cases.Values, folder, LoadLate, TestContext.Current.CancellationToken);
            Assert.Equal(1, failed);
        }

        Assert.Contains("no DICOM file", Rows()[0]["error"], StringComparison.Ordinal);
        Assert.Equal("", Rows()[1]["error"]);
        Assert.Equal("0", CaseIdentity.Of(_scans.Folder, listing.Cases["first"], package, request).InputBytes);

        LoadedModel LoadLate()
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(_scans.Folder, "first")))
                File.Delete(file);
            return LoadedModel.Load(package, new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);
        }
    }

    [Fact]
    public async Task A_wrong_option_is_an_error_that_names_it_before_anything_is_written()
    {
        await Refused("There is no scan", "--device", "cpu");
        _scans.WriteFlat("scan", 901, suffix: null);
        await Refused("--threshold is 1", "--threshold", "1");
        await Refused("--quality is best and --inference is whole", "--quality", "best", "--inference", "whole");
        await Refused("--device", "--device", "gpu");
        var inside = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Run("--model", Phantom, "--input", _scans.Folder, "--output", Path.Combine(_scans.Folder, "results")));
        Assert.Contains("accepted: a folder outside", inside.Message, StringComparison.Ordinal);
        Directory.CreateDirectory(Output);
        File.WriteAllText(Path.Combine(Output, "report.csv"), "case,dice\r\nscan,0.9\r\n");
        await Refused("cannot be read at line");
        Assert.Single(Directory.EnumerateFileSystemEntries(Output));

        async Task Refused(string expected, params string[] options)
        {
            var error = await Assert.ThrowsAsync<InvalidConfigurationException>(() => Segment(options));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(Output, "scan", "segmentation.nii.gz")));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;

    private string[] Arguments(params string[] options) => ["--model", Phantom, "--input", _scans.Folder, "--output", Output, .. options];

    private Task<int> Segment(params string[] options) => Run(Arguments(options));

    private static Task<int> Run(params string[] arguments) => SegmentCommand.Create().Parse(arguments).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);

    private string WriteMeasured(double whole, double window)
    {
        var package = ModelPackage.Open(Phantom).CopyTo(Path.Combine(_folder, "measured"));
        package.With(package.Manifest with { Inference = package.Manifest.Inference with { ValidationDice = new Dictionary<string, double> { ["whole"] = whole, ["window"] = window } } });
        return package.Folder;
    }

    // Random weights.
    private string WriteTwoLabels()
    {
        var package = Path.Combine(_folder, "two");
        using var network = new VNet(2, classes: 2);
        var like = ModelPackage.Open(Phantom).Manifest;
        Label[] labels = [new(1, "atrium", null, "#e6194b"), new(2, "ventricle", null, "#3cb44b")];
        ModelPackage.Write(package, network, like with { Architecture = new Architecture("vnet-sdm", 2, 2), Labels = labels, Range = null, Metrics = null });
        return package;
    }

    private DateTime Written(string name) => File.GetLastWriteTimeUtc(Path.Combine(Output, name, "segmentation.nii.gz"));

    private Sassnet.Model.Volumes.Volume Read(string name, string file) => VolumeFile.Read(Path.Combine(Output, name, file), ct: TestContext.Current.CancellationToken).Volume;

    private List<Dictionary<string, string>> Rows()
    {
        using var text = new StreamReader(Path.Combine(Output, "report.csv"));
        using var csv = new CsvReader(text, Invariant);
        csv.Read();
        csv.ReadHeader();
        var rows = new List<Dictionary<string, string>>();
        while (csv.Read())
            rows.Add(csv.HeaderRecord!.ToDictionary(column => column, column => csv.GetField(column)!));
        return rows;
    }
}
