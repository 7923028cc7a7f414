using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Segmentation;
using Xunit;

namespace Sassnet.Training.Tests.Commands;

public sealed class SegmentForeignFilesTests : IDisposable
{
    private readonly SegmentedFolder _segmented = new();

    [Fact]
    public async Task Files_that_were_not_made_here_are_refused_before_anything_is_segmented_also_of_a_case_that_would_fail()
    {
        _segmented.Scans.WriteFlat("first", 901, suffix: null);
        _segmented.Scans.WriteFlat("p1", 902, suffix: null);
        _segmented.Scans.Write("p2.nii.gz", "no scan");
        _segmented.Scans.WriteFlat("p3", 903, suffix: null);
        string[] foreign = [Put("p1", "segmentation.nii.gz"), Put("p1", "image.nii.gz"), Put("p2", "image.nii.gz")];
        var beside = Put("p3", "notes.txt");
        var refused = await Refused();
        Assert.Contains($"'{foreign[0]}' lies where a result is to go", refused.Message, StringComparison.Ordinal);
        Assert.Contains("3 such files in", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Choose another one, or move the files away.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.WrongConfiguration, Failures.Of(refused, null)!.Value.ExitCode);
        Assert.All(foreign.Append(beside), path => Assert.Equal("of others", File.ReadAllText(path)));
        Assert.Equal(["p1", "p2", "p3"], Directory.EnumerateFileSystemEntries(_segmented.Output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(4, Directory.EnumerateFiles(_segmented.Output, "*", SearchOption.AllDirectories).Count());

        // What has no result's name is in nobody's way.
        foreach (var path in foreign)
            File.Delete(path);
        Assert.Equal(3, await _segmented.Segment());
        Assert.Equal("of others", File.ReadAllText(beside));
        Assert.True(File.Exists(Path.Combine(_segmented.Output, "p3", "segmentation.nii.gz")));
    }

    [Fact]
    public async Task What_is_put_beside_a_result_is_neither_taken_for_a_part_of_it_nor_replaced_nor_deleted()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal("segmentation", Assert.Single(_segmented.Rows())["outputs"]);
        var (made, foreign) = (_segmented.Written("scan"), Put("scan", "sdm.nii.gz"));
        foreach (var options in (string[][])[["--outputs", "segmentation", "sdm"], ["--threshold", "0.9"]])
            Assert.Contains($"'{foreign}' lies where a result is to go, and report.csv does not say that it was made here (1 such file in", (await Refused(options)).Message, StringComparison.Ordinal);

        // Nothing is to be done.
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(("of others", made), (File.ReadAllText(foreign), _segmented.Written("scan")));

        // What was made for the one is replaced by what is made for the other.
        File.Delete(foreign);
        Assert.Equal(0, await _segmented.Segment("--outputs", "sdm"));
        Assert.Equal("segmentation sdm", Assert.Single(_segmented.Rows())["outputs"]);
        Assert.Equal(0, await _segmented.Segment("--threshold", "0.9"));
        Assert.False(File.Exists(foreign));
        Assert.Equal("segmentation", Assert.Single(_segmented.Rows())["outputs"]);
    }

    [Fact]
    public async Task A_row_without_a_result_says_of_no_file_that_it_was_made_here()
    {
        _segmented.Scans.Write("scan.nii.gz", "no scan");
        Assert.Equal(3, await _segmented.Segment());
        var foreign = Put("scan", "segmentation.nii.gz");
        await Refused();
        Assert.Equal("of others", File.ReadAllText(foreign));
        Assert.NotEqual("", Assert.Single(_segmented.Rows())["error"]);
    }

    [Fact]
    public async Task A_result_that_was_moved_away_is_made_again()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        Assert.Equal(0, await _segmented.Segment());
        Directory.Move(Path.Combine(_segmented.Output, "scan"), Path.Combine(_segmented.Folder, "archive"));
        Assert.Equal(0, await _segmented.Segment());
        Assert.True(File.Exists(Path.Combine(_segmented.Output, "scan", "segmentation.nii.gz")));
    }

    [Fact]
    public async Task A_process_that_is_killed_between_results_and_row_is_gone_on_with_by_the_same_command()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        string[] arguments = ["segment", .. _segmented.Arguments("--outputs", "segmentation", "sdm", "distance", "probability", "surface", "preview", "image")];
        var folder = Path.Combine(_segmented.Output, "scan");
        using (var process = TrainingProcess.Start(arguments))
        {
            await process.WaitUntil(() => File.Exists(Path.Combine(folder, "segmentation.nii.gz")), TestContext.Current.CancellationToken);
            process.Kill();
            await process.End(TestContext.Current.CancellationToken);
        }

        var (ended, _, errors) = await TrainingProcess.Run(TestContext.Current.CancellationToken, arguments);
        Assert.True(ended == 0, errors);
        Assert.Equal(7, Directory.EnumerateFiles(folder).Count());
        Assert.Equal("segmentation sdm distance probability surface preview image", Assert.Single(_segmented.Rows())["outputs"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_call_left_that_was_killed_is_replaced_whether_results_of_another_were_there_before_it_or_not(bool wereThere)
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        if (wereThere)
            Assert.Equal(0, await _segmented.Segment("--outputs", "segmentation", "probability"));
        Interrupt(folder => folder.Write("scan", CaseOutput.Sdm, stream => stream.Write("half"u8)));
        Assert.Equal([".segment.unfinished", "sdm.nii.gz"], Names());
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(["segmentation.nii.gz"], Names());

        void Interrupt(Action<OutputFolder> write)
        {
            TorchRuntime.Load();
            using var folder = OutputFolder.Open(_segmented.Output, [CaseOutput.Segmentation, CaseOutput.Sdm]);
            var raw = Assert.Single(FolderSegmentation.Find(_segmented.Scans.Folder).Cases.Values);
            var other = CaseIdentity.Of(_segmented.Scans.Folder, raw, ModelPackage.Open(SegmentedFolder.Phantom), new()) with { Threshold = "0.9" };
            folder.Prepare("scan", other);
            folder.Begin("scan");
            write(folder);
        }
    }

    [Fact]
    public async Task What_a_killed_call_of_the_same_case_added_is_known_to_be_made_here_and_its_sign_goes_with_the_next_call()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        Assert.Equal(0, await _segmented.Segment());
        using (var folder = OutputFolder.Open(_segmented.Output, [CaseOutput.Segmentation, CaseOutput.Sdm]))
        {
            folder.Begin("scan");
            folder.Write("scan", CaseOutput.Sdm, stream => stream.Write("whole"u8));
        }

        var written = _segmented.Written("scan");
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(written, _segmented.Written("scan"));
        Assert.Equal("segmentation sdm", Assert.Single(_segmented.Rows())["outputs"]);
        Assert.Equal(["sdm.nii.gz", "segmentation.nii.gz"], Names());
        Assert.Equal(0, await _segmented.Segment("--threshold", "0.9"));
        Assert.Equal(["segmentation.nii.gz"], Names());
    }

    [Fact]
    public async Task Of_a_report_that_does_not_tell_yet_what_was_made_everything_of_a_case_with_a_result_was()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        Assert.Equal(0, await _segmented.Segment("--outputs", "segmentation", "sdm"));
        var (report, written) = (Path.Combine(_segmented.Output, "report.csv"), _segmented.Written("scan"));
        File.WriteAllText(report, File.ReadAllText(report).Replace(",outputs", ",unknown", StringComparison.Ordinal));
        Assert.Equal(0, await _segmented.Segment());
        Assert.Equal(written, _segmented.Written("scan"));
        Assert.Equal(0, await _segmented.Segment("--threshold", "0.9"));
        Assert.Equal(["segmentation.nii.gz"], Names());
    }

    [Fact]
    public async Task A_table_of_others_is_refused_that_has_no_rows()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        var table = Put("", "report.csv");
        Assert.Contains("cannot be read at line 1", (await Refused()).Message, StringComparison.Ordinal);
        Assert.Equal("of others", File.ReadAllText(table));
    }

    [Fact]
    public async Task Of_files_that_end_as_unfinished_ones_do_those_alone_are_cleared_away_that_a_crash_left()
    {
        _segmented.Scans.WriteFlat("scan", 901, suffix: null);
        string[] others =
        [
            Put("scan", "segmentation.nii.gz.old.tmp"),
            Put("scan", $"notes.{Guid.NewGuid():N}.tmp"),
            Put(Path.Combine("study", "p1"), $"image.nii.gz.{Guid.NewGuid():N}.tmp"),
        ];
        string[] ours = [Put("scan", $"image.nii.gz.{Guid.NewGuid():N}.tmp"), Put("scan", $".segment.unfinished.{Guid.NewGuid():N}.tmp"), Put("", $"report.csv.{Guid.NewGuid():N}.tmp")];
        Assert.Equal(0, await _segmented.Segment());
        Assert.All(others, path => Assert.True(File.Exists(path), path));
        Assert.All(ours, path => Assert.False(File.Exists(path), path));
    }

    public void Dispose() => _segmented.Dispose();

    private string Put(string name, string file)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_segmented.Output, name)).FullName, file);
        File.WriteAllText(path, "of others");
        return path;
    }

    private Task<InvalidConfigurationException> Refused(params string[] options) => Assert.ThrowsAsync<InvalidConfigurationException>(() => _segmented.Segment(options));

    private IEnumerable<string> Names() => Directory.EnumerateFiles(Path.Combine(_segmented.Output, "scan")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);
}
