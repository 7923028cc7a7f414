using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Segmentation;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

public sealed class SegmentFaultTests : IDisposable
{
    private readonly SegmentedFolder _segmented = new();

    [Fact]
    public async Task A_scan_that_became_bad_leaves_no_result_of_the_one_before()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        Directory.CreateDirectory(Path.Combine(_segmented.Output, "scan"));
        string[] ofACrash = [Path.Combine(_segmented.Output, $"report.csv.{Guid.NewGuid():N}.tmp"), Path.Combine(_segmented.Output, "scan", $"segmentation.nii.gz.{Guid.NewGuid():N}.tmp")];
        foreach (var unfinished in ofACrash)
            File.WriteAllText(unfinished, "half");
        Assert.Equal(0, await _segmented.Segment());
        Assert.All(ofACrash, unfinished => Assert.False(File.Exists(unfinished)));
        _segmented.Scans.Write("scan.nii.gz", "no scan");
        Assert.Equal(3, await _segmented.Segment());
        Assert.False(Directory.Exists(Path.Combine(_segmented.Output, "scan")));
        Assert.NotEqual("", Assert.Single(_segmented.Rows())["error"]);
    }

    [Fact]
    public async Task A_result_stays_where_an_output_that_is_asked_for_later_cannot_be_made()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        Assert.Equal(0, await _segmented.Segment());
        var made = Path.Combine(_segmented.Output, "scan", "segmentation.nii.gz");
        var (bytes, row) = (File.ReadAllBytes(made), Assert.Single(_segmented.Rows()));
        Assert.NotEqual("", row["volume_ml"]);

        Assert.Equal(3, await _segmented.Segment("--outputs", "segmentation", "dicom-seg"));
        Assert.Equal(bytes, File.ReadAllBytes(made));
        var failed = Assert.Single(_segmented.Rows());
        Assert.Contains("NIfTI", failed["error"], StringComparison.Ordinal);
        Assert.Equal(row["volume_ml"], failed["volume_ml"]);
        Assert.Equal(row["seconds"], failed["seconds"]);

        // Nothing is wrong with what the first command asks for, which is not made again.
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(row, Assert.Single(_segmented.Rows()));
    }

    [Fact]
    public async Task SIGTERM_stops_with_every_file_whole_and_the_same_command_goes_on()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        for (var number = 0; number < 400; number++)
            File.CreateSymbolicLink(Path.Combine(_segmented.Scans.Folder, $"scan-{number:D3}.nii.gz"), Path.Combine(_segmented.Scans.Folder, "scan.nii.gz"));
        using (var process = TrainingProcess.Start(["segment", .. _segmented.Arguments()]))
        {
            await process.WaitUntil(() => process.Output.Contains("3/401", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            process.Terminate();
            var (exitCode, _, errors) = await process.End(TestContext.Current.CancellationToken);
            Assert.Equal((75, "stopped before the end"), (exitCode, errors.Trim()));
        }

        var done = _segmented.Rows();
        Assert.InRange(done.Count, 3, 400);
        Assert.Equal(done.Select(row => row["case"]), Directory.EnumerateDirectories(_segmented.Output).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(_segmented.Output, "*.tmp", SearchOption.AllDirectories));
        foreach (var link in Directory.EnumerateFiles(_segmented.Scans.Folder, "scan-*").Order(StringComparer.Ordinal).Skip(done.Count))
            File.Delete(link);
        var (ended, output, _) = await TrainingProcess.Run(TestContext.Current.CancellationToken, ["segment", .. _segmented.Arguments()]);
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
        _segmented.Scans.Write("scan-00.nii.gz", new Volume(size, voxels, Affine.Scaling(new VoxelSize(10, 10, 10))));
        for (var number = 1; number < 40; number++)
            File.CreateSymbolicLink(Path.Combine(_segmented.Scans.Folder, $"scan-{number:D2}.nii.gz"), Path.Combine(_segmented.Scans.Folder, "scan-00.nii.gz"));
        using var process = TrainingProcess.StartWith(
            new Dictionary<string, string> { ["DOTNET_GCHeapHardLimit"] = "0x10000000" }, ["segment", .. _segmented.Arguments("--outputs", "preview", "--device", "cpu")]);
        var (exitCode, _, errors) = await process.End(TestContext.Current.CancellationToken);
        Assert.True(exitCode == 3, errors);
        Assert.All(_segmented.Rows(), row => Assert.Contains("crop the volume", row["error"], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_that_write_to_one_folder_the_second_is_refused_and_the_rows_of_the_first_stay()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        using (OutputFolder.Open(_segmented.Output, [CaseOutput.Segmentation]))
        {
            var refused = await Assert.ThrowsAsync<InvalidConfigurationException>(() => _segmented.Segment());
            Assert.Contains("Another process segments into", refused.Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_segmented.Output));

        // What is left of a process that was killed holds up nobody.
        File.WriteAllText(Path.Combine(_segmented.Output, ".segment.lock"), "");
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(["report.csv", "scan"], Directory.EnumerateFileSystemEntries(_segmented.Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_opened_in_the_folder_holds_up_nobody()
    {
        _segmented.Scans.WriteFlat("first", 901, suffix: null);
        _segmented.Scans.WriteSeries("series", 902);
        _segmented.Scans.WriteFlat(Path.Combine("looped", "scan"), 903, suffix: null);
        Link("elsewhere");
        Link("scan.nii.gz");
        Link(Path.Combine("series", "IM0"));
        File.CreateSymbolicLink(Path.Combine(_segmented.Scans.Folder, "looped", "loop"), ".");
        Assert.Equal(3, await _segmented.Segment());
        var errors = _segmented.Rows().ToDictionary(row => row["case"], row => row["error"]);
        Assert.Equal(["first", "looped", "scan", "series"], errors.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("", errors["first"]);
        Assert.Contains("Could not find file", errors["scan"], StringComparison.Ordinal);
        Assert.Contains("neither read nor plainly something else (IM0)", errors["series"], StringComparison.Ordinal);
        Assert.Contains("scans (", errors["looped"], StringComparison.Ordinal);

        void Link(string name) => File.CreateSymbolicLink(Path.Combine(_segmented.Scans.Folder, name), Path.Combine(_segmented.Folder, "gone"));
    }

    [Fact]
    public async Task A_series_whose_files_are_taken_away_before_it_is_its_turn_holds_up_nobody()
    {
        _segmented.Scans.WriteSeries("first", 901);
        _segmented.Scans.WriteFlat("second", 902, suffix: null);
        TorchRuntime.Load();
        var (package, request) = (ModelPackage.Open(SegmentedFolder.Phantom), new SegmentationRequest());
        var listing = FolderSegmentation.Find(_segmented.Scans.Folder);
        using (var folder = OutputFolder.Open(_segmented.Output, [CaseOutput.Segmentation]))
        {
            var failed = await new FolderSegmentation(package, request, [CaseOutput.Segmentation], TextWriter.Null).Run(
                _segmented.Scans.Folder, listing.Cases.Values, folder, LoadLate, TestContext.Current.CancellationToken);
            Assert.Equal(1, failed);
        }

        Assert.Contains("no DICOM file", _segmented.Rows()[0]["error"], StringComparison.Ordinal);
        Assert.Equal("", _segmented.Rows()[1]["error"]);
        Assert.Equal(("", ""), (_segmented.Rows()[0]["input_bytes"], _segmented.Rows()[0]["input_modified"]));

        LoadedModel LoadLate()
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(_segmented.Scans.Folder, "first")))
                File.Delete(file);
            return LoadedModel.Load(package, new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);
        }
    }

    [Fact]
    public async Task A_scan_that_changes_before_it_is_its_turn_is_done_as_it_is_then_and_once()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        TorchRuntime.Load();
        var (package, request) = (ModelPackage.Open(SegmentedFolder.Phantom), new SegmentationRequest());
        var raw = Assert.Single(FolderSegmentation.Find(_segmented.Scans.Folder).Cases.Values);
        CaseOutput[] outputs = [CaseOutput.Segmentation, CaseOutput.Image];
        using var folder = OutputFolder.Open(_segmented.Output, outputs);
        var failed = await new FolderSegmentation(package, request, outputs, TextWriter.Null).Run(_segmented.Scans.Folder, [raw], folder, LoadLate, TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (failed, Assert.Single(_segmented.Rows())["error"]));
        Assert.True(File.Exists(Path.Combine(_segmented.Output, "scan", "image.nii.gz")));
        Assert.True(folder.IsWhole("scan", CaseIdentity.Of(_segmented.Scans.Folder, raw, package, request)));

        LoadedModel LoadLate()
        {
            _segmented.Scans.WriteFlat("scan", 902, suffix: null);
            return LoadedModel.Load(package, new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);
        }
    }

    [Theory]
    [InlineData("gone", "not once more for image")]
    [InlineData("other", "was changed while it was segmented")]
    [InlineData("touched", "was changed while it was segmented")]
    public void A_scan_that_is_another_when_its_image_is_to_be_written_is_the_fault_of_its_case(string state, string expected)
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        TorchRuntime.Load();
        var (package, request) = (ModelPackage.Open(SegmentedFolder.Phantom), new SegmentationRequest());
        var raw = Assert.Single(FolderSegmentation.Find(_segmented.Scans.Folder).Cases.Values);
        CaseOutput[] outputs = [CaseOutput.Segmentation, CaseOutput.Image];
        using var folder = OutputFolder.Open(_segmented.Output, outputs);
        using var network = LoadedModel.Load(package, new SegmenterOptions { Device = "cpu" }, NullLogger.Instance);
        var work = new CaseWork(raw, CaseIdentity.Of(_segmented.Scans.Folder, raw, package, request), package.Manifest, request, outputs).Read(TestContext.Current.CancellationToken);
        work.Infer(network, TestContext.Current.CancellationToken);
        if (state == "gone")
            File.Delete(raw.Image!);
        else if (state == "other")
            _segmented.Scans.WriteFlat("scan", 902, suffix: null);
        else
            File.SetLastWriteTimeUtc(raw.Image!, DateTime.UnixEpoch);
        var row = work.Finish(folder);
        Assert.Null(row.Found);
        Assert.Contains(expected, row.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_segmented.Output, "scan")));
    }

    [Fact]
    public async Task A_case_called_as_the_report_is_holds_up_nobody()
    {
        _segmented.Scans.WriteFlat("report.csv", 901, suffix: null);
        _segmented.Scans.WriteFlat("scan", 902, suffix: null);
        Assert.Equal(3, await _segmented.Segment());
        Assert.Equal([("report.csv", true), ("scan", false)], _segmented.Rows().Select(row => (row["case"], row["error"].Contains("The case is called report.csv, and so is the report", StringComparison.Ordinal))));
        Assert.True(File.Exists(Path.Combine(_segmented.Output, "scan", "segmentation.nii.gz")));
    }

    [Fact]
    public async Task A_wrong_option_is_an_error_that_names_it_before_anything_is_written()
    {
        await Refused("There is no scan", "--device", "cpu");
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        await Refused("--threshold is 1", "--threshold", "1");
        await Refused("--quality is best and --inference is whole", "--quality", "best", "--inference", "whole");
        await Refused("--device", "--device", "gpu");
        var inside = await Assert.ThrowsAsync<InvalidConfigurationException>(() => SegmentedFolder.Run("--model", SegmentedFolder.Phantom, "--input", _segmented.Scans.Folder, "--output", Path.Combine(_segmented.Scans.Folder, "results")));
        Assert.Contains("accepted: a folder outside", inside.Message, StringComparison.Ordinal);
        Directory.CreateDirectory(_segmented.Output);
        File.WriteAllText(Path.Combine(_segmented.Output, "report.csv"), "case,dice\r\nscan,0.9\r\n");
        await Refused("cannot be read at line");
        Assert.Single(Directory.EnumerateFileSystemEntries(_segmented.Output));

        async Task Refused(string expected, params string[] options)
        {
            var error = await Assert.ThrowsAsync<InvalidConfigurationException>(() => _segmented.Segment(options));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(_segmented.Output, "scan", "segmentation.nii.gz")));
        }
    }

    public void Dispose() => _segmented.Dispose();
}
