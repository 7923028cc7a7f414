using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Tests;
using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;
using Sassnet.Training.Tests.Commands;
using Xunit;

namespace Sassnet.Training.Tests.Runs;

public sealed class StartingPackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-start-").FullName;

    [Fact]
    public void A_package_whose_labels_stand_in_another_order_is_refused_with_both_orders()
    {
        var options = Options("ventricle", "Atrium") with { Network = new() { Filters = 2, StartFrom = Package("atrium", "ventricle").Folder } };
        var message = Assert.Throws<InvalidConfigurationException>(() => StartingPackage.Open(options)).Message;
        Assert.StartsWith("The structures are ventricle, Atrium; accepted with network.startFrom ", message, StringComparison.Ordinal);
        Assert.Contains(": the same in the order of phantom@", message, StringComparison.Ordinal);
        Assert.Contains(", atrium, ventricle, since each begins with the weights of the label in its place. Put 'labels' into that order.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("atrium", "ventricle")]
    [InlineData("Atrium", "Ventricle")]
    public void A_package_of_the_same_labels_begins_a_run_without_a_word(string first, string second)
    {
        var package = Package("atrium", "ventricle");
        var options = Options(first, second) with { Network = new() { Filters = 2, StartFrom = package.Folder } };
        Assert.Equal(package.Folder, StartingPackage.Open(options)!.Folder);
        Assert.Empty(StartingLabels.Warnings(package, [first, second]));
    }

    [Theory]
    [InlineData("liver", "spleen")]
    [InlineData("ventricle", "aorta")]
    public void A_package_of_other_labels_begins_a_run_with_a_warning_that_names_both(string first, string second)
    {
        var package = Package("atrium", "ventricle");
        Assert.NotNull(StartingPackage.Open(Options(first, second) with { Network = new() { Filters = 2, StartFrom = package.Folder } }));
        var warning = Assert.Single(StartingLabels.Warnings(package, [first, second]));
        Assert.Contains($"is of atrium, ventricle, and what is to be learned is {first}, {second}: each begins with the weights of the label in its place.", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_structure_that_nobody_has_named_is_not_warned_of() => Assert.Empty(StartingLabels.Warnings(
        ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom")), ["foreground"]));

    [Fact]
    public void A_run_that_begins_with_random_weights_is_not_warned_of() => Assert.Empty(StartingLabels.Warnings(package: null, ["liver"]));

    [Fact]
    public void What_lies_in_the_place_of_the_copy_is_no_package_of_a_run_that_began_with_random_weights()
    {
        var run = RunFolder.Create(Path.Combine(_folder, "run"), new TrainingOptions());
        Package("atrium", "ventricle").CopyTo(run.StartFolder);
        Assert.Null(StartingPackage.Of(run, TrainingOptionsFile.Read(run.ConfigFile)));
    }

    [Fact]
    public void A_run_that_has_neither_its_copy_nor_a_checkpoint_does_not_begin_with_random_weights()
    {
        var package = Package("atrium", "ventricle");
        var options = Options("atrium", "ventricle") with { Network = new() { Filters = 2, StartFrom = package.Folder } };
        var run = RunFolder.Create(Path.Combine(_folder, "run"), options, package);
        Assert.Equal(run.StartFolder, StartingPackage.Of(run, options)!.Folder);
        Directory.Delete(run.StartFolder, recursive: true);
        var message = Assert.Throws<InvalidConfigurationException>(() => StartingPackage.Of(run, options)).Message;
        Assert.Equal($"The run '{run.Path}' begins with a copy of {package.Folder}, and has neither a package in {run.StartFolder} nor a checkpoint; accepted: a run with either. Begin a new one, in another folder.", message);

        // As runs of earlier versions are that go on.
        File.WriteAllText(run.CheckpointAt(4), "");
        Assert.Null(StartingPackage.Of(run, options));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static TrainingOptions Options(params string[] names) => new() { Labels = [.. names.Select((name, index) => new StructureOptions { Value = (byte)(index + 1), Name = name })] };

    private ModelPackage Package(string first, string second)
    {
        using var network = new VNet(2, classes: 2);
        Label[] labels = [new(1, first, null, "#e6194b"), new(2, second, null, "#3cb44b")];
        var like = ModelPackage.Open(SegmentedFolder.Phantom).Manifest;
        return ModelPackage.Write(Path.Combine(_folder, "package"), network, like with { Architecture = new Architecture("vnet-sdm", 2, 2), Labels = labels, Range = null, Metrics = null });
    }
}
