using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation;
using Sassnet.Training.Preparation.Raw;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class LearnableStructuresTests : StructuresTests
{
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
        Raw.ChangeLabel("c", label => new LabelMap(label.Size, [7, .. label.Labels[1..]], label.Affine));
        using var console = new StringWriter();
        Assert.Throws<InvalidConfigurationException>(() => DataPreparation.Run(options, console, TestContext.Current.CancellationToken));
        Assert.Contains("FAULT b: The label is empty: 0 of its 38400 voxels are 1 or 2; 1 or more is accepted.", console.ToString(), StringComparison.Ordinal);
        Assert.Contains("FAULT c: The label has the value 7 in 1 voxel; accepted: 0, 1, 2. If that is background: --other-labels 7; if it is a structure too, name them all by --structures.", console.ToString(), StringComparison.Ordinal);
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

    private static IReadOnlyList<InspectedCase> Cases() =>
        [.. ((string[])["a", "b", "c"]).Select(name => new InspectedCase(new RawCase(name, $"{name}.nii.gz", $"{name}_label.nii.gz"), [], null, null, []))];
}
