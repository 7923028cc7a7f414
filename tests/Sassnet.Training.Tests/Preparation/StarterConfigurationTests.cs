using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Preparation;

public sealed class StarterConfigurationTests : StructuresTests
{
    [Fact]
    public void A_structure_that_comes_in_several_pieces_is_to_keep_as_many()
    {
        WriteThree();
        foreach (var name in (string[])["a", "b", "c"])
            Raw.ChangeLabel(name, label => new LabelMap(label.Size, [.. label.Labels.Select((value, i) => (byte)(InPiece(i, label.Size, 2) || InPiece(i, label.Size, 8) ? 1 : InPiece(i, label.Size, 5) ? 2 : 0))], label.Affine));
        Raw.Write("dataset.json", """{"labels": {"background": 0, "kidneys": 1, "spleen": 2}}""");
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
}
