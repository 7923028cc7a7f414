using System.CommandLine;
using System.Text.Json;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation;
using Sassnet.Training.Preparation.Raw;
using Sassnet.Training.Runs;
using Sassnet.Training.Tests.Commands;
using SkiaSharp;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class LabelledStructuresTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-structures-").FullName;
    private readonly RawScans _raw;

    public LabelledStructuresTests() => _raw = new RawScans(Path.Combine(_folder, "raw"));

    private string Output => Path.Combine(_folder, "data");

    private string Config => Path.Combine(Output, "config.yaml");

    private PreparationOptions Options => new() { Input = _raw.Folder, Output = Output, ValidationShare = 0.34, TimeTraining = false };

    [Fact]
    public async Task Structures_that_are_named_stay_apart_from_raw_scans_to_a_trained_network()
    {
        WriteThree();
        Assert.Equal(0, PrepareCommand.Create().Parse(["--input", _raw.Folder, "--output", Output, "--structures", "left ventricle=2", "left atrium=1", "--validation-share", "0.34", "--no-timing"]).Invoke());
        Assert.Equal([(2, "left ventricle"), (1, "left atrium")], Labels());
        Assert.Contains(" + ", File.ReadAllText(Path.Combine(Output, "overview.html")), StringComparison.Ordinal);

        var run = Path.Combine(_folder, "run");
        string[] small = ["iterations=2", "threads=1", "precision=float32", "network.filters=2", "crops.sizes=[[32, 32, 16]]"];
        var (exitCode, _, errors) = await TrainingProcess.Run(
            TestContext.Current.CancellationToken, ["train", "--config", Config, "--output", run, .. small.SelectMany(value => new[] { "--set", value })]);
        Assert.True(exitCode == 0, errors);
        var last = JsonDocument.Parse(File.ReadLines(Path.Combine(run, "metrics.jsonl")).Last()).RootElement;
        Assert.All((string[])["validationDice.1", "validationDice.2"], key => Assert.InRange(last.GetProperty(key).GetDouble(), 0, 1));
    }

    [Fact]
    public void Labels_that_dataset_json_declares_are_structures_each()
    {
        WriteThree();
        _raw.ChangeLabel("a", label => new LabelMap(label.Size, [.. label.Labels.Select((value, i) => value == 1 && i % 2 == 0 ? (byte)3 : value)], label.Affine));
        _raw.Write("dataset.json", """{"labels": {"background": 0, "left atrium": [1, 3], "left ventricle": 2}}""");
        var console = Prepare(Options);
        Assert.Contains("2 structures: left atrium (1 or 3), left ventricle (2)", console, StringComparison.Ordinal);
        Assert.Equal([(1, "left atrium"), (2, "left ventricle")], Labels());
        var options = TrainingOptionsFile.Read(Config);
        Assert.Equal([1, 3], options.Labels[0].FileValues);
        foreach (var scan in ScanDataset.Load(options).Labelled)
            Assert.Equal([0, 1, 2], scan.Mask!.Distinct().Order().Select(number => (int)number));
    }

    [Fact]
    public void A_structure_that_comes_in_several_pieces_is_to_keep_as_many()
    {
        WriteThree();
        foreach (var name in (string[])["a", "b", "c"])
            _raw.ChangeLabel(name, label => new LabelMap(label.Size, [.. label.Labels.Select((value, i) => (byte)(InPiece(i, label.Size, 2) || InPiece(i, label.Size, 8) ? 1 : InPiece(i, label.Size, 5) ? 2 : 0))], label.Affine));
        _raw.Write("dataset.json", """{"labels": {"background": 0, "kidneys": 1, "spleen": 2}}""");
        Prepare(Options);
        Assert.Contains("    components: 2  # ", File.ReadAllText(Config), StringComparison.Ordinal);
        Assert.Equal([2, 1], TrainingOptionsFile.Read(Config).Labels.Select(label => label.Components));

        // Under one name they are three pieces.
        Directory.Delete(Output, recursive: true);
        Prepare(Options with { Foreground = [1, 2] });
        Assert.Contains("\n  components: 3  # ", File.ReadAllText(Config), StringComparison.Ordinal);
        Assert.Equal(3, TrainingOptionsFile.Read(Config).Label.Components);

        // Slabs of two voxels, from one side of the scan to the other.
        static bool InPiece(int voxel, GridSize size, int start) => voxel % size.X >= start && voxel % size.X < start + 2;
    }

    [Fact]
    public void Several_values_can_be_one_foreground_all_the_same()
    {
        WriteThree();
        _raw.Write("dataset.json", """{"labels": {"background": 0, "left atrium": 1, "left ventricle": 2}}""");
        Prepare(Options with { Foreground = [1, 2] });
        var options = TrainingOptionsFile.Read(Config);
        Assert.Empty(options.Labels);
        Assert.Equal(("left atrium and left ventricle", 1), (options.Label.Name, options.Label.Value));
        Assert.Equal([1, 2], options.Label.FileValues);
    }

    [Fact]
    public void Of_many_that_are_one_foreground_the_names_are_too_long_for_one()
    {
        WriteThree();
        _raw.Write("dataset.json", """{"labels": {"background": 0, "necrotic and non-enhancing tumor core ": 1, "peritumoral edema around it": 2}}""");
        Prepare(Options with { Foreground = [1, 2, 2] });
        var options = TrainingOptionsFile.Read(Config);
        Assert.Equal("foreground", options.Label.Name);
        Assert.Equal([1, 2], options.Label.FileValues);
    }

    [Fact]
    public void A_single_label_that_training_would_not_take_is_refused_before_anything_is_read()
    {
        WriteThree();
        _raw.Write("dataset.json", """{"labels": {"background": 0, "left atrium": 300}}""");
        Assert.Contains("The structure left atrium has the value 300; accepted: 1 to 255.", Refused(Options), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void A_scan_that_lacks_a_structure_is_used_and_named_and_one_with_none_or_a_strange_value_is_a_fault()
    {
        WriteThree();
        Without("b", 2);
        var options = Options with { Structures = [new("left atrium", [1]), new("left ventricle", [2])] };
        Assert.Contains("\n1 of 3 labelled cases has nothing of left ventricle: b.\n", Prepare(options), StringComparison.Ordinal);
        Assert.Contains("<p>1 of 3 labelled cases has nothing of left ventricle: b.</p>", File.ReadAllText(Path.Combine(Output, "overview.html")), StringComparison.Ordinal);
        Assert.Contains("b", File.ReadAllLines(Path.Combine(Output, "labelled.list")).Concat(File.ReadAllLines(Path.Combine(Output, "validation.list"))));
        Directory.Delete(Output, recursive: true);

        Without("b", 1);
        _raw.ChangeLabel("c", label => new LabelMap(label.Size, [7, .. label.Labels[1..]], label.Affine));
        using var console = new StringWriter();
        Assert.Throws<InvalidConfigurationException>(() => DataPreparation.Run(options, console, TestContext.Current.CancellationToken));
        Assert.Contains("FAULT b: The label is empty: 0 of its 38400 voxels are 1 or 2; 1 or more is accepted.", console.ToString(), StringComparison.Ordinal);
        Assert.Contains("FAULT c: The label has the value 7 in 1 voxel; accepted: 0, 1, 2. If that is background: --other-labels 7; if it is a structure too, name them all by --structures.", console.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_overview_outlines_each_structure_in_the_colour_of_its_package_and_names_it()
    {
        WriteThree();
        Without("b", 2);
        Prepare(Options with { Structures = [new("left ventricle", [2]), new("left atrium", [1])] });
        var page = File.ReadAllText(Path.Combine(Output, "overview.html"));
        var labels = PackageLabels.Of(TrainingOptionsFile.Read(Config).Structures);
        Assert.Equal(["left ventricle", "left atrium"], labels.Select(label => label.Name));
        Assert.All(labels, label => Assert.Contains($"<i style=\"background: {label.Colour}\"></i>{label.Name}</span>", page, StringComparison.Ordinal));

        var ofOne = new SKColor(0xFF, 0xB0, 0x00);
        SKColor[] colours = [SKColor.Parse(labels[0].Colour!), SKColor.Parse(labels[1].Colour!), ofOne];
        Assert.Equal([true, true, false], AreDrawn("a"));
        Assert.Equal([false, true, false], AreDrawn("b"));
        Directory.Delete(Output, recursive: true);

        Prepare(Options with { Foreground = [1, 2] });
        page = File.ReadAllText(Path.Combine(Output, "overview.html"));
        Assert.DoesNotContain("<p class=\"legend\">", page, StringComparison.Ordinal);
        Assert.Equal([false, false, true], AreDrawn("a"));

        List<bool> AreDrawn(string name)
        {
            var drawn = Drawn(page, name);
            return [.. colours.Select(colour => drawn.Contains(colour))];
        }
    }

    [Fact]
    public void A_structure_that_no_label_has_or_none_to_learn_from_is_refused()
    {
        WriteThree();
        var options = Options with { Structures = [new("left atrium", [1]), new("left ventricle", [2])], ValidationShare = 0 };
        Without("a", 2);
        Without("b", 2);

        // The one that has it is for validation in one of the folds.
        var message = Refused(options with { Folds = 3 });
        Assert.StartsWith("left ventricle (2) is in 1 label alone, and its case is for validation in folds/", message, StringComparison.Ordinal);
        Assert.Contains(", so that it could not be learned there; accepted: one case or more to learn it from. What has it is of one patient, who is in one fold's validation however they are dealt: prepare without --folds, or leave it out", message, StringComparison.Ordinal);
        Prepare(options);
        Directory.Delete(Output, recursive: true);

        var seed = Enumerable.Range(0, 100).First(one => PatientSplit.Of(Cases(), options with { ValidationShare = 0.34, Seed = one }).Validation.Contains("c"));
        Assert.Equal(
            "left ventricle (2) is in 1 label alone, and its case is for validation, so that it could not be learned; accepted: one case or more to learn it from. "
                + "Another --seed or --validation-share chooses others, or leave it out of --structures.",
            Refused(options with { ValidationShare = 0.34, Seed = seed }));

        Without("c", 2);
        Assert.Equal("No sound case has a voxel of left ventricle (2) in its label, so that it cannot be learned; accepted: structures that some have. Choose them by --structures.", Refused(options));
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void Regions_that_overlap_are_refused_until_somebody_says_what_is_told_apart()
    {
        WriteThree();
        _raw.Write("dataset.json", """{"labels": {"background": 0, "heart": [1, 2], "left ventricle": [2]}}""");
        Assert.Contains("some are regions that overlap; structures here do not.", Refused(Options), StringComparison.Ordinal);
        Prepare(Options with { Structures = [new("left atrium", [1]), new("left ventricle", [2])] });
        Assert.Equal([(1, "left atrium"), (2, "left ventricle")], Labels());
    }

    [Fact]
    public void A_package_of_another_number_of_labels_is_no_beginning()
    {
        WriteThree();
        var package = Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom");
        var message = Refused(Options with { StartFrom = package, Structures = [new("left atrium", [1]), new("left ventricle", [2])] });
        Assert.StartsWith("There are 2 structures (left atrium, left ventricle); accepted with --start-from ", message, StringComparison.Ordinal);
        Assert.Contains(": 1, as phantom@", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_of_the_same_labels_in_another_order_is_no_beginning_and_one_of_others_is_warned_of()
    {
        WriteThree();
        var package = WriteTwoLabels("left atrium", "left ventricle");
        var message = Refused(Options with { StartFrom = package, Structures = [new("left ventricle", [2]), new("left atrium", [1])] });
        Assert.StartsWith("The structures are left ventricle, left atrium; accepted with --start-from ", message, StringComparison.Ordinal);
        Assert.EndsWith(", left atrium, left ventricle, since each begins with the weights of the label in its place. Name them in that order by --structures.", message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));

        var console = Prepare(Options with { StartFrom = package, Structures = [new("left atrium", [1]), new("left ventricle", [2])] });
        Assert.DoesNotContain("which training begins with", console, StringComparison.Ordinal);
        Directory.Delete(Output, recursive: true);

        console = Prepare(Options with { StartFrom = package, Structures = [new("left atrium", [1]), new("aorta", [2])] });
        Assert.Contains("which training begins with, is of left atrium, left ventricle, and what is to be learned is left atrium, aorta: ", console, StringComparison.Ordinal);
        Assert.Equal([(1, "left atrium"), (2, "aorta")], Labels());
    }

    [Fact]
    public void Structures_that_differ_in_their_side_alone_are_not_mirrored_and_others_are()
    {
        WriteThree();
        Prepare(Options with { Structures = [new("kidney_left", [1]), new("kidney_right", [2])] });
        Assert.Contains("\n  flip: false  # a mirrored \"kidney_left\" looks like \"kidney_right\": their names differ in the side alone\n", File.ReadAllText(Config), StringComparison.Ordinal);
        var options = TrainingOptionsFile.Read(Config);
        Assert.False(options.Augmentation.Flip);
        Assert.Empty(MirrorFit.Warnings(options));
        Directory.Delete(Output, recursive: true);

        Prepare(Options with { Structures = [new("left atrium", [1]), new("left ventricle", [2])] });
        Assert.DoesNotContain("flip", File.ReadAllText(Config), StringComparison.Ordinal);
        Assert.True(TrainingOptionsFile.Read(Config).Augmentation.Flip);
    }

    [Fact]
    public void One_of_two_organs_of_a_kind_is_not_mirrored_where_the_other_is_background()
    {
        WriteThree();
        Prepare(Options with { Structures = [new("left kidney", [1])], OtherLabels = [2] });
        Assert.Contains("\n  flip: false  # the organ of the other side, which is background, looks like \"left kidney\" in a mirrored crop\n", File.ReadAllText(Config), StringComparison.Ordinal);
        Assert.Empty(MirrorFit.Warnings(TrainingOptionsFile.Read(Config)));
        Directory.Delete(Output, recursive: true);

        Prepare(Options with { Structures = [new("left atrium", [1])], OtherLabels = [2] });
        Assert.DoesNotContain("flip", File.ReadAllText(Config), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'atrium'", "atrium")]
    [InlineData("'atrium=0'", "atrium=0")]
    [InlineData("'atrium=1=2'", "atrium=1=2")]
    [InlineData("value 256; accepted: 1 to 255", "atrium=1", "ventricle=256")]
    [InlineData("The value 1 is of two structures", "atrium=1", "ventricle=2,1")]
    [InlineData("Two structures are called atrium", "atrium=1", "atrium=2")]
    [InlineData("A structure's name is ''", "=1", "atrium=2")]
    [InlineData("'atrium=1,left'", "atrium=1,left")]
    [InlineData("'atrium=1,'", "atrium=1,")]
    public void Structures_that_cannot_be_told_apart_are_refused(string expected, params string[] structures)
    {
        _raw.WritePair("a", 1);
        Assert.Contains(
            expected,
            Assert.Throws<InvalidConfigurationException>(() => Prepare(Options with { Structures = [.. structures.Select(LabelledStructure.Parse)] })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_a_mask_is_refused_where_labels_are_values()
    {
        _raw.WritePair("a", 1);
        Assert.Equal(
            "--structures has 'atrium'; accepted: NAME=VALUE, such as \"left atrium=1\", or several values, \"heart=1,2\". Names alone choose masks, and no scan's label is a folder of masks.",
            Refused(Options with { Structures = [LabelledStructure.Parse("atrium")] }));
    }

    [Fact]
    public void One_foreground_and_several_structures_exclude_each_other() => Assert.Contains(
        "--foreground is 1 and --structures atrium; accepted: one of the two.", Refused(Options with { Foreground = [1], Structures = [new("atrium", [1])] }), StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Prepare(PreparationOptions options)
    {
        using var console = new StringWriter();
        DataPreparation.Run(options, console, TestContext.Current.CancellationToken);
        return console.ToString();
    }

    private static string Refused(PreparationOptions options) => Assert.Throws<InvalidConfigurationException>(() => Prepare(options)).Message;

    // The colours in a case's pictures.
    private static HashSet<SKColor> Drawn(string page, string name)
    {
        var shown = page.Split("<article").Single(part => part.Contains($"<h2>{name}</h2>", StringComparison.Ordinal));
        var colours = new HashSet<SKColor>();
        foreach (var picture in shown.Split("base64,").Skip(1))
        {
            using var slice = SKBitmap.Decode(Convert.FromBase64String(picture[..picture.IndexOf('"', StringComparison.Ordinal)]));
            colours.UnionWith(slice.Pixels);
        }

        return colours;
    }

    private string WriteTwoLabels(string first, string second)
    {
        using var network = new VNet(2, classes: 2);
        Label[] labels = [new(1, first, null, "#e6194b"), new(2, second, null, "#3cb44b")];
        var like = ModelPackage.Open(SegmentedFolder.Phantom).Manifest;
        return ModelPackage.Write(
            Path.Combine(_folder, "package"), network, like with { Architecture = new Architecture("vnet-sdm", 2, 2), Labels = labels, Range = null, Metrics = null }).Folder;
    }

    private void WriteThree()
    {
        foreach (var (name, seed) in ((string, ulong)[])[("a", 1), ("b", 2), ("c", 3)])
            _raw.WriteChambers(name, seed);
    }

    private static IReadOnlyList<InspectedCase> Cases() =>
        [.. ((string[])["a", "b", "c"]).Select(name => new InspectedCase(new RawCase(name, $"{name}.nii.gz", $"{name}_label.nii.gz"), [], null, null, []))];

    private void Without(string name, byte structure) => _raw.ChangeLabel(
        name, label => new LabelMap(label.Size, Array.ConvertAll(label.Labels, value => value == structure ? (byte)0 : value), label.Affine));

    private IEnumerable<(int Value, string Name)> Labels() => TrainingOptionsFile.Read(Config).Labels.Select(label => ((int)label.Value, label.Name));
}
