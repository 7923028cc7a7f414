using System.Text.Json;
using Sassnet.Model.Volumes;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation;
using Sassnet.Training.Tests.Commands;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class LabelledStructuresTests : StructuresTests
{
    [Fact]
    public async Task Structures_that_are_named_stay_apart_from_raw_scans_to_a_trained_network()
    {
        WriteThree();
        Assert.Equal(0, PrepareCommand.Create().Parse(["--input", Raw.Folder, "--output", Output, "--structures", "left ventricle=2", "left atrium=1", "--validation-share", "0.34", "--no-timing"]).Invoke());
        Assert.Equal([(2, "left ventricle"), (1, "left atrium")], Labels());
        Assert.Contains(" + ", File.ReadAllText(Path.Combine(Output, "overview.html")), StringComparison.Ordinal);

        var run = Path.Combine(Folder, "run");
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
        Raw.ChangeLabel("a", label => new LabelMap(label.Size, [.. label.Labels.Select((value, i) => value == 1 && i % 2 == 0 ? (byte)3 : value)], label.Affine));
        Raw.Write("dataset.json", """{"labels": {"background": 0, "left atrium": [1, 3], "left ventricle": 2}}""");
        var console = Prepare(Options);
        Assert.Contains("2 structures: left atrium (1 or 3), left ventricle (2)", console, StringComparison.Ordinal);
        Assert.Equal([(1, "left atrium"), (2, "left ventricle")], Labels());
        var options = TrainingOptionsFile.Read(Config);
        Assert.Equal([1, 3], options.Labels[0].FileValues);
        foreach (var scan in ScanDataset.Load(options).Labelled)
            Assert.Equal([0, 1, 2], scan.Mask!.Distinct().Order().Select(number => (int)number));
    }

    [Fact]
    public void Several_values_can_be_one_foreground_all_the_same()
    {
        WriteThree();
        Raw.Write("dataset.json", """{"labels": {"background": 0, "left atrium": 1, "left ventricle": 2}}""");
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
        Raw.Write("dataset.json", """{"labels": {"background": 0, "necrotic and non-enhancing tumor core ": 1, "peritumoral edema around it": 2}}""");
        Prepare(Options with { Foreground = [1, 2, 2] });
        var options = TrainingOptionsFile.Read(Config);
        Assert.Equal("foreground", options.Label.Name);
        Assert.Equal([1, 2], options.Label.FileValues);
    }

    [Fact]
    public void A_single_label_that_training_would_not_take_is_refused_before_anything_is_read()
    {
        WriteThree();
        Raw.Write("dataset.json", """{"labels": {"background": 0, "left atrium": 300}}""");
        Assert.Contains("The structure left atrium has the value 300; accepted: 1 to 255.", Refused(Options), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void Regions_that_overlap_are_refused_until_somebody_says_what_is_told_apart()
    {
        WriteThree();
        Raw.Write("dataset.json", """{"labels": {"background": 0, "heart": [1, 2], "left ventricle": [2]}}""");
        Assert.Contains("some are regions that overlap; structures here do not.", Refused(Options), StringComparison.Ordinal);
        Prepare(Options with { Structures = [new("left atrium", [1]), new("left ventricle", [2])] });
        Assert.Equal([(1, "left atrium"), (2, "left ventricle")], Labels());
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
        Raw.WritePair("a", 1);
        Assert.Contains(
            expected,
            Assert.Throws<InvalidConfigurationException>(() => Prepare(Options with { Structures = [.. structures.Select(LabelledStructure.Parse)] })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void One_foreground_and_several_structures_exclude_each_other() => Assert.Contains(
        "--foreground is 1 and --structures atrium; accepted: one of the two.", Refused(Options with { Foreground = [1], Structures = [new("atrium", [1])] }), StringComparison.Ordinal);
}
