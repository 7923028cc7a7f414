using System.CommandLine;
using System.Text.Json;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;
using Sassnet.Training.Methods;
using Sassnet.Training.Preparation;
using Sassnet.Training.Runs;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Runs;

public sealed class MembersPackageTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { Method = MethodKind.VNetSdm, Network = new() { Filters = 2, DiscriminatorFilters = 2 } };

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-members-").FullName;

    private string Package => Path.Combine(_folder, "package");

    [Fact]
    public async Task Runs_become_one_package_with_the_newest_weights_of_each_and_the_range_of_all()
    {
        var (one, two) = (Run("one", Options, labelled: 4, from: 100, to: 140), Run("two", Options with { Seed = 2 }, labelled: 5, from: 90, to: 120));
        Assert.Equal(0, await Export(one, two));
        var package = ModelPackage.Open(Package);
        Assert.Equal(2, package.Members);
        Assert.Equal((5, 20), (package.Manifest.Training.Labelled, package.Manifest.Training.Iterations));
        Assert.Equal(new Extremes(90, 140), package.Manifest.Range!.VolumeMl);
        foreach (var (run, member) in new[] { (one, 0), (two, 1) })
        {
            using var network = package.LoadNetwork(member);
            using var file = SafetensorsFile.Open(RunFolder.Open(run).LatestCheckpoint()!);
            using var expected = new VNet(2);
            Checkpoint.LoadNetwork(file, expected);
            Assert.True(network.state_dict()["block_five.conv.0.weight"].allclose(expected.state_dict()["block_five.conv.0.weight"], rtol: 1e-3, atol: 1e-6));
        }
    }

    [Fact]
    public async Task What_is_said_of_the_training_is_of_all_members()
    {
        var data = Options.Data with { Description = "clinic A" };
        Assert.Equal(0, await Export(Run("one", Options with { Data = data }), Run("two", Options with { Method = MethodKind.VNet, Data = data }), Run("three", Options with { Data = data with { Description = "clinic B" } })));
        var training = ModelPackage.Open(Package).Manifest.Training;
        Assert.Equal(("vnet-sdm and vnet", "clinic A and clinic B", null), (training.Method, training.Data, training.StartedFrom));
    }

    [Fact]
    public async Task Runs_that_differ_in_what_a_package_has_once_are_refused_by_the_key()
    {
        var one = Run("one", Options);
        await Refused("'preprocessing'", one, Run("spacing", Options with { Preprocessing = new() { SpacingMm = [2, 2, 2] } }));
        await Refused("'network'", one, Run("filters", Options with { Network = Options.Network with { Filters = 3 } }));
        await Refused("'label'", one, Run("label", Options with { Label = new() { Name = "aorta" } }));
        await Refused("'window'", one, Run("window", Options with { Window = new() { Stride = [32, 32, 32] } }));
        await Refused("two runs or more", one);
        await Refused("all different", one, one);
        RunFolder.Create(Path.Combine(_folder, "empty"), Options);
        await Refused("no checkpoint yet", one, Path.Combine(_folder, "empty"));
        await Refused("holds no run", one, Path.Combine(_folder, "nowhere"));
        Assert.False(Directory.Exists(Package));
    }

    [Fact]
    public void A_member_that_is_not_trained_to_its_end_is_named()
    {
        var runs = new[] { Run("done", Options with { Iterations = 20 }), Run("begun", Options with { Iterations = 6000 }) }.Select(RunFolder.Open);
        var warning = Assert.Single(MembersPackage.Warnings(runs));
        Assert.Contains("begun' has done 20 of its 6000 iterations", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Scans_that_one_member_was_validated_with_and_another_has_learned_from_are_named()
    {
        List<RunFolder> runs = [.. new[] { Run("one", Options), Run("two", Options), Run("three", Options) }.Select(RunFolder.Open)];
        Assert.Null(MembersPackage.Learned(runs));
        Note(runs[0], labelled: ["b", "c"], validation: ["a", "z"]);
        Note(runs[1], labelled: ["a", "c"], validation: ["b"], unlabelled: ["z"]);
        Assert.Equal(
            "Of the scans that the runs were validated with, others of them have learned from 3 (a, z, b): measured on these the package would seem better than it is. "
                + "Measure it on scans that no run has learned from.",
            MembersPackage.Learned(runs));
        Note(runs[1], labelled: ["b", "c"], validation: ["a", "z"]);
        Assert.Null(MembersPackage.Learned(runs));

        static void Note(RunFolder run, string[] labelled, string[] validation, string[]? unlabelled = null) => File.WriteAllText(
            Path.Combine(run.Path, RunScans.FileName), JsonSerializer.Serialize(new { labelled, unlabelled = unlabelled ?? [], validation }));
    }

    [Fact]
    public async Task Training_does_not_start_from_several_members_nor_is_prepared_to()
    {
        Assert.Equal(0, await Export(Run("one", Options), Run("two", Options)));
        var failure = Assert.Throws<InvalidConfigurationException>(() => StartingPackage.Open(Options with { Network = Options.Network with { StartFrom = Package } }));
        Assert.Contains("'network.startFrom' is", failure.Message, StringComparison.Ordinal);
        Assert.Contains("2 members", failure.Message, StringComparison.Ordinal);
        var preparation = new PreparationOptions { Input = _folder, Output = Path.Combine(_folder, "data"), StartFrom = Package };
        failure = Assert.Throws<InvalidConfigurationException>(() => DataPreparation.Run(preparation, TextWriter.Null, TestContext.Current.CancellationToken));
        Assert.Contains("'--start-from' is", failure.Message, StringComparison.Ordinal);
        Assert.Contains("2 members", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Run(string name, TrainingOptions options, int labelled = 4, double from = 100, double to = 120)
    {
        var folder = RunFolder.Create(Path.Combine(_folder, name), options);
        var range = new TrainingRange(new AxisExtremes([1, 1, 1], [2, 2, 2]), new AxisExtremes([1, 1, 1], [1, 1, 1]), new Extremes(from, to));
        foreach (var iterations in (int[])[10, 20])
        {
            manual_seed(options.Seed + iterations);
            using var method = TrainingMethod.Create(options, ScalarType.Float32, CPU);
            Checkpoint.Save(folder.CheckpointAt(iterations), method, new CheckpointMetadata(iterations, labelled, 0, Range: range));
        }

        return folder.Path;
    }

    private async Task Refused(string expected, params string[] runs) =>
        Assert.Contains(expected, (await Assert.ThrowsAsync<InvalidConfigurationException>(() => Export(runs))).Message, StringComparison.Ordinal);

    private Task<int> Export(params string[] runs) => ExportCommand.Create().Parse(["--members", .. runs, "--output", Package]).InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
}
