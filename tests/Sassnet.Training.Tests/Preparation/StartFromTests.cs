using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation;
using Sassnet.Training.Tests.Commands;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class StartFromTests : StructuresTests
{
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
    public void What_was_found_in_the_scans_is_shown_also_where_the_training_cannot_be_planned()
    {
        WriteThree();
        var package = WriteTwoLabels("left atrium", "left ventricle", like => like with { SpacingMm = [9, 9, 9] });
        var message = Refused(Options with { StartFrom = package, Structures = [new("left atrium", [1]), new("left ventricle", [2])] });
        Assert.EndsWith("accepted with --start-from: 16 or more along each axis.", message, StringComparison.Ordinal);
        Assert.Equal(["overview.html"], Directory.EnumerateFileSystemEntries(Output).Select(Path.GetFileName));
        Assert.Contains("No data folder was made.", File.ReadAllText(Path.Combine(Output, "overview.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_that_loses_a_structure_on_the_grid_of_training_is_a_fault_and_what_is_made_without_it_can_be_trained_on()
    {
        WriteThree();
        Raw.ChangeLabel("b", label => new LabelMap(label.Size, [.. label.Labels.Select((value, i) => value == 2 && i != Array.IndexOf(label.Labels, (byte)2) ? (byte)0 : value)], label.Affine));
        var package = WriteTwoLabels("left atrium", "left ventricle", like => like with { SpacingMm = [5, 5, 5] });
        var options = Options with { StartFrom = package, Structures = [new("left atrium", [1]), new("left ventricle", [2])] };

        using var console = new StringWriter();
        var error = Assert.Throws<InvalidConfigurationException>(() => DataPreparation.Run(options, console, TestContext.Current.CancellationToken));
        Assert.StartsWith("1 of 3 cases is faulty; nothing was written but overview.html.", error.Message, StringComparison.Ordinal);
        const string Fault = "Nothing of left ventricle in the label is left at 5 × 5 × 5 mm, the voxel size that --start-from has; accepted: structures that fill more than half of a voxel.";
        Assert.Contains($"FAULT b: {Fault}", console.ToString(), StringComparison.Ordinal);
        Assert.Equal(["overview.html"], Directory.EnumerateFileSystemEntries(Output).Select(Path.GetFileName));

        Prepare(options with { SkipFaulty = true });
        Assert.Equal(["a", "c"], File.ReadLines(Path.Combine(Output, "labelled.list")).Concat(File.ReadLines(Path.Combine(Output, "validation.list"))).Order());
        Assert.Single(ScanDataset.Load(TrainingOptionsFile.Read(Config)).Labelled);
    }

    private string WriteTwoLabels(string first, string second, Func<PreprocessingSpecification, PreprocessingSpecification>? changed = null)
    {
        using var network = new VNet(2, classes: 2);
        Label[] labels = [new(1, first, null, "#e6194b"), new(2, second, null, "#3cb44b")];
        var like = ModelPackage.Open(SegmentedFolder.Phantom).Manifest;
        return ModelPackage.Write(
            Path.Combine(Folder, "package"), network, like with { Architecture = new Architecture("vnet-sdm", 2, 2), Labels = labels, Range = null, Metrics = null, Preprocessing = changed?.Invoke(like.Preprocessing) ?? like.Preprocessing }).Folder;
    }
}
