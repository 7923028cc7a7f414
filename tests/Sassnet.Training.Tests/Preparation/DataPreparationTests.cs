using System.Text.RegularExpressions;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class DataPreparationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-prepare-").FullName;
    private readonly RawScans _raw;

    public DataPreparationTests() => _raw = new RawScans(Path.Combine(_folder, "raw"));

    private string Output => Path.Combine(_folder, "data");

    private PreparationOptions Options => new() { Input = _raw.Folder, Output = Output, ValidationShare = 0.25, TimeTraining = false };

    [Fact]
    public void Sound_scans_become_a_data_folder_that_training_reads()
    {
        for (var i = 1; i <= 4; i++)
            _raw.WritePair($"scan-{i}", (ulong)i);
        _raw.WritePair("scan-5", 5, labelled: false);
        Run(Options);
        Assert.Equal(3, Names("labelled").Length);
        Assert.Equal(["scan-5"], Names("unlabelled"));
        Assert.Single(Names("validation"));

        var options = TrainingOptionsFile.Read(Path.Combine(Output, "config.yaml"));
        Assert.Equal(Output, options.Data.Folder);
        Assert.Equal([3, 3, 4], options.Preprocessing.SpacingMm);
        Assert.Equal([[32, 16, 16]], options.Crops.Sizes);
        var dataset = ScanDataset.Load(options);
        Assert.Equal((3, 1, 1), (dataset.Labelled.Count, dataset.Unlabelled.Count, dataset.Validation.Count));
        Assert.Equal(new GridSize(32, 28, 24), dataset.Labelled[0].Size);
        Assert.Contains("\n# A training holds all scans in memory at once: about 1 MB at this spacingMm.\n", File.ReadAllText(Path.Combine(Output, "config.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_unlabelled_scans_the_configuration_takes_a_method_that_needs_none()
    {
        _raw.WritePair("a", 1);
        _raw.WritePair("b", 2);
        Run(Options with { ValidationShare = 0 });
        var options = TrainingOptionsFile.Read(Path.Combine(Output, "config.yaml"));
        Assert.Equal(MethodKind.VNetSdm, options.Method);
        Assert.Equal(2, ScanDataset.Load(options).Labelled.Count);
        Assert.False(File.Exists(Path.Combine(Output, "validation.list")));
    }

    [Fact]
    public void Every_fault_is_said_with_the_case_the_value_and_what_is_accepted_and_nothing_is_made()
    {
        WriteEveryFault();
        var (error, console) = RunFaulty(Options);
        Assert.Contains("8 of 10 cases are faulty", error, StringComparison.Ordinal);
        string[] expected =
        [
            "FAULT again: The image has the same voxels as a; accepted: every scan once.",
            "FAULT broken: The image cannot be used: ",
            "FAULT empty: The label is empty: 0 of its 21504 voxels are 1; 1 or more is accepted.",
            "FAULT lonely: There is a label but no image of this name; accepted: both, or an image alone.",
            "FAULT moved: The label's header places its voxels up to 6 mm from the image's; up to 0.3 mm, a tenth of a voxel, is accepted.",
            "FAULT nan: The image cannot be used: The voxel at index (3, 0, 0) is NaN after scaling; finite values are accepted.",
            "FAULT shape: The label has the grid 32x28x23, the image 32x28x24; they must be equal. Where its header places it on the scan, as that of a cropped one does, resample it to the image's grid, by nearest neighbour.",
            "FAULT values: The label has the value 7 in 2 voxels; accepted: 0, 1.",
        ];
        var faults = console.Split('\n').Where(line => line.StartsWith("FAULT", StringComparison.Ordinal)).ToArray();
        Assert.Equal(expected.Length, faults.Length);
        Assert.All(expected.Zip(faults), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.Equal(["overview.html"], Directory.EnumerateFileSystemEntries(Output).Select(Path.GetFileName));
    }

    [Fact]
    public void Faulty_cases_are_left_out_when_told_so()
    {
        WriteEveryFault();
        RunFaulty(Options);
        Run(Options with { SkipFaulty = true });
        Assert.Equal(["a", "b"], Names("labelled").Concat(Names("validation")).Order());
        Assert.Equal(["a.nii.gz", "b.nii.gz"], Directory.EnumerateFiles(Path.Combine(Output, "images")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Of_two_copies_of_a_scan_the_one_with_a_label_stays()
    {
        _raw.WritePair("a-copy", 1, labelled: false);
        _raw.WritePair("b", 1);
        _raw.WritePair("c", 2);
        Run(Options with { SkipFaulty = true });
        Assert.Equal(["b", "c"], Names("labelled").Concat(Names("validation")).Order());
    }

    [Fact]
    public void The_overview_shows_every_case_and_needs_no_other_file()
    {
        _raw.WritePair("sound", 1);
        _raw.WritePair("faulty & <odd>", 2);
        _raw.ChangeLabel("faulty & <odd>", label => new LabelMap(label.Size, new byte[label.Size.Count], label.Affine));
        RunFaulty(Options);
        var html = File.ReadAllText(Path.Combine(Output, "overview.html"));
        Assert.Equal(6, Regex.Count(html, "src=\"data:image/png;base64,"));
        Assert.DoesNotContain("src=\"http", html, StringComparison.Ordinal);
        Assert.Contains("<article class=\"faulty\">\n<h2>faulty &amp; &lt;odd&gt;</h2>", html, StringComparison.Ordinal);
        Assert.Contains("<p class=\"fault\">The label is empty", html, StringComparison.Ordinal);
        var first = Regex.Match(html, "base64,([^\"]*)").Groups[1].Value;
        using var slice = SkiaSharp.SKBitmap.Decode(Convert.FromBase64String(first));
        Assert.InRange(slice.Width, 100, 200);
    }

    [Fact]
    public void Scans_and_labels_may_share_a_folder()
    {
        _raw.WriteFlat("a", 1, "_label");
        _raw.WriteFlat("b", 2, "_seg");
        _raw.WriteFlat("c", 3, null);
        Run(Options);
        Assert.Equal(["a", "b"], Names("labelled").Concat(Names("validation")).Order());
        Assert.Equal(["c"], Names("unlabelled"));
        Assert.True(File.Exists(Path.Combine(Output, "labels", "b.nii.gz")));
    }

    [Fact]
    public void Labels_in_one_folder_may_be_named_in_another_way()
    {
        _raw.WriteFlat("a", 1, "-truth");
        _raw.WriteFlat("b", 2, "-truth");
        Run(Options with { LabelSuffixes = ["-truth"] });
        Assert.Equal(["a", "b"], Names("labelled").Concat(Names("validation")).Order());
    }

    [Fact]
    public void Several_values_can_be_the_foreground_and_others_background()
    {
        _raw.WritePair("a", 1);
        _raw.WritePair("b", 2);
        _raw.ChangeLabel("a", label => new LabelMap(label.Size, [.. label.Labels.Select((value, i) => (byte)(value == 1 ? 2 + (i % 2) : i == 0 ? 9 : 0))], label.Affine));
        _raw.ChangeLabel("b", label => new LabelMap(label.Size, Array.ConvertAll(label.Labels, value => (byte)(2 * value)), label.Affine));
        Run(Options with { Foreground = [2, 3], OtherLabels = [9] });
        var options = TrainingOptionsFile.Read(Path.Combine(Output, "config.yaml"), "method=vnet-sdm");
        Assert.Equal([2, 3], options.Label.FileValues);
        Assert.All(ScanDataset.Load(options).Labelled, scan => Assert.Contains((byte)1, scan.Mask!));
    }

    [Fact]
    public void Labels_named_in_common_ways_are_no_scans()
    {
        string[] suffixes = ["-mask", "_gt", "-seg", "_Mask"];
        for (var i = 0; i < suffixes.Length; i++)
            _raw.WriteFlat($"s{i}", (ulong)i + 1, suffixes[i]);
        Run(Options);
        Assert.Equal(["s0", "s1", "s2", "s3"], Names("labelled").Concat(Names("validation")).Order());
    }

    [Fact]
    public void The_configuration_says_what_the_training_takes_on_this_machine()
    {
        _raw.WritePair("a", 1);
        _raw.WritePair("b", 2);
        using var console = new StringWriter();
        DataPreparation.Run(Options with { TimeTraining = true }, console, TestContext.Current.CancellationToken);
        Assert.Matches("Training takes about [0-9]+ (min|h) here: 6000 iterations of [^,;]* s, and 12 validations, [0-9]+ % of the time; a step was timed on", console.ToString());
        Assert.Matches("# The training takes about .* s an iteration, and 12 validations, [0-9]+ % of the time; a step was timed on", File.ReadAllText(Path.Combine(Output, "config.yaml")));

        // Where there is nothing to validate with, nothing is said of it.
        Directory.Delete(Output, recursive: true);
        using var without = new StringWriter();
        DataPreparation.Run(Options with { TimeTraining = true, ValidationShare = 0 }, without, TestContext.Current.CancellationToken);
        Assert.Matches("6000 iterations of [^,;]* s; a step was timed on", without.ToString());
    }

    [Fact]
    public void An_output_folder_in_use_is_not_touched()
    {
        _raw.WritePair("a", 1);
        Directory.CreateDirectory(Output);
        File.WriteAllText(Path.Combine(Output, "notes.txt"), "mine");
        var (error, _) = RunFaulty(Options);
        Assert.Contains("notes.txt", error, StringComparison.Ordinal);
        Assert.Equal(["notes.txt"], Directory.EnumerateFileSystemEntries(Output).Select(Path.GetFileName));
    }

    [Fact]
    public void Two_files_of_one_name_are_refused()
    {
        _raw.WritePair("a", 1);
        File.Copy(Path.Combine(_raw.Folder, "images", "a.nii.gz"), Path.Combine(_raw.Folder, "images", "a.nii"));
        Assert.Contains("The case a has two files", RunFaulty(Options).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", "no regular expression")]
    [InlineData("p.", "has 0 groups; accepted: one")]
    [InlineData("(p)(.)", "has 2 groups; accepted: one")]
    [InlineData("^(q.)", "finds no patient in the case name p1-a")]
    public void A_pattern_that_finds_no_patient_is_refused(string pattern, string expected)
    {
        _raw.WritePair("p1-a", 1);
        Assert.Contains(expected, RunFaulty(Options with { PatientPattern = pattern }).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_never_comes_to_an_end_is_refused_with_the_name_it_stood_at()
    {
        var name = new string('p', 40) + "-a";
        _raw.WritePair(name, 1);
        Assert.Contains($"takes longer than a second on the case name {name};", RunFaulty(Options with { PatientPattern = @"^(\w+)+$" }).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_interrupted_while_it_wrote_leaves_nothing_and_the_same_command_does_it()
    {
        for (var i = 1; i <= 4; i++)
            _raw.WritePair($"scan-{i}", (ulong)i);
        using (var stop = new CancellationTokenSource())
        using (var console = new StoppingConsole(stop, "4/4"))
            Assert.Throws<OperationCanceledException>(() => DataPreparation.Run(Options with { Folds = 2 }, console, stop.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Output));
        Run(Options with { Folds = 2 });
        Assert.True(File.Exists(Path.Combine(Output, "config.yaml")));
    }

    [Fact]
    public void A_page_that_cannot_be_written_leaves_no_prepared_scans_and_the_same_command_does_it()
    {
        for (var i = 1; i <= 4; i++)
            _raw.WritePair($"scan-{i}", (ulong)i);

        // In the place of the page, which a rename does not replace.
        var inItsPlace = Path.Combine(Output, "overview.html", "folder");
        Directory.CreateDirectory(inItsPlace);
        Assert.ThrowsAny<SystemException>(() => Run(Options));
        Assert.Equal(["overview.html"], Directory.EnumerateFileSystemEntries(Output).Select(Path.GetFileName));
        Directory.Delete(Path.GetDirectoryName(inItsPlace)!, recursive: true);
        Run(Options);
        Assert.True(File.Exists(Path.Combine(Output, "config.yaml")));
    }

    [Fact]
    public void A_folder_that_takes_nothing_is_refused_before_a_scan_is_read()
    {
        _raw.WritePair("a", 1);
        File.WriteAllText(Output, "no folder");
        using var console = new StringWriter();
        var error = Assert.Throws<IOException>(() => DataPreparation.Run(Options, console, TestContext.Current.CancellationToken));
        Assert.Contains("is a file", error.Message, StringComparison.Ordinal);
        Assert.Equal("", console.ToString());
    }

    [Fact]
    public void A_folder_without_scans_is_refused() =>
        Assert.Contains(".nii, .nii.gz", RunFaulty(Options).Error, StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void WriteEveryFault()
    {
        foreach (var (name, seed) in ((string, ulong)[])[("a", 1), ("b", 2), ("again", 1), ("empty", 3), ("moved", 4), ("shape", 5), ("values", 6), ("nan", 7)])
            _raw.WritePair(name, seed);
        _raw.ChangeLabel("empty", label => new LabelMap(label.Size, new byte[label.Size.Count], label.Affine));
        _raw.ChangeLabel("moved", label => new LabelMap(label.Size, label.Labels, label.Affine.Compose(new Affine([1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 0]))));
        _raw.ChangeLabel("shape", label => new LabelMap(label.Size with { Z = label.Size.Z - 1 }, label.Labels[..^(label.Size.X * label.Size.Y)], label.Affine));
        _raw.ChangeLabel("values", label => new LabelMap(label.Size, [7, 7, .. label.Labels[2..]], label.Affine));
        var image = VolumeFile.Read(Path.Combine(_raw.Folder, "images", "nan.nii.gz"), ct: TestContext.Current.CancellationToken).Volume;
        image.Voxels[3] = float.NaN;
        _raw.Write(Path.Combine("images", "nan.nii.gz"), image);
        File.WriteAllText(Path.Combine(_raw.Folder, "images", "broken.nii.gz"), "not a scan");
        File.Copy(Path.Combine(_raw.Folder, "labels", "a.nii.gz"), Path.Combine(_raw.Folder, "labels", "lonely.nii.gz"));
    }

    private string[] Names(string list) => File.ReadAllLines(Path.Combine(Output, list + ".list"));

    private static void Run(PreparationOptions options) => DataPreparation.Run(options, TextWriter.Null, TestContext.Current.CancellationToken);

    private static (string Error, string Console) RunFaulty(PreparationOptions options)
    {
        using var console = new StringWriter { NewLine = "\n" };
        var error = Assert.Throws<InvalidConfigurationException>(() => DataPreparation.Run(options, console, TestContext.Current.CancellationToken));
        return (error.Message, console.ToString());
    }

    // Stops when a line that begins so is said.
}
