using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class StructureComponentsTests
{
    private static readonly GridSize Grid = new(400, 3, 2);

    [Fact]
    public void Slips_of_the_pen_are_no_component_of_a_structure()
    {
        // Two pieces of 100 and 97 voxels with 3 beside them; one of 100; none; one of 60 with 5 of its own beside it.
        Assert.Equal([2, 1, 0, 2], StructureComponents.Of(Mask((1, 0, 100), (1, 110, 97), (1, 210, 3), (2, 220, 100), (4, 330, 60), (4, 395, 5)), [1, 1, 1, 1]));
        Assert.Equal([3], StructureComponents.Of(Mask((1, 0, 50), (1, 60, 40), (1, 110, 30)), [1]));
        Assert.Equal([5], StructureComponents.Of(Mask([.. Enumerable.Range(0, 20).Select(place => (Number: (byte)1, Start: place * 10, Length: 5))]), [1]));
        Assert.Equal([13], StructureComponents.Of(Mask([.. Enumerable.Range(0, 20).Select(place => (Number: (byte)1, Start: place * 10, Length: 5))]), [12]));
    }

    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2)]
    [InlineData(2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2)]
    [InlineData(2, 1, 1, 2)]
    [InlineData(2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 5)]
    [InlineData(0, 1, 3, 5)]
    [InlineData(1, 1)]
    public void The_usual_number_is_what_nine_labels_of_ten_do_with_and_none_where_that_is_many(int expected, params int[] inLabels) =>
        Assert.Equal(expected, StructureComponents.Usual(inLabels));

    [Theory]
    [InlineData(1, "'labels[0].components' is 1, so that answers keep the largest piece of 'kidneys', but 3 of its 3 labels have more: the others would be removed. Set it to 2.")]
    [InlineData(2, null)]
    [InlineData(3, null)]
    [InlineData(0, null)]
    public void A_structure_of_whose_labels_answers_would_lose_pieces_is_warned_of(int components, string? warning)
    {
        var options = new TrainingOptions { Labels = [new() { Value = 5, Name = "kidneys", Components = components }, new() { Value = 7, Name = "spleen" }] };
        Assert.Equal(warning, ComponentFit.Warnings(options, Dataset(Mask((1, 0, 90), (1, 100, 100), (2, 210, 50))), isResumed: false).SingleOrDefault());
    }

    [Fact]
    public void Of_a_single_label_in_many_pieces_all_are_advised()
    {
        var mask = Mask([.. Enumerable.Range(0, 20).Select(place => (Number: (byte)1, Start: place * 10, Length: 5))]);
        var options = new TrainingOptions { Label = new() { Name = "lesions" } };
        Assert.Equal(
            ["'label.components' is 1, so that answers keep the largest piece of 'lesions', but 3 of its 3 labels have more: the others would be removed. Set it to 0 to keep all."],
            ComponentFit.Warnings(options, Dataset(mask), isResumed: false));
        Assert.Empty(ComponentFit.Warnings(new TrainingOptions(), Dataset(Mask((1, 0, 100), (1, 110, 1))), isResumed: false));

        // As many as there are, or more, are no fault, however many; fewer are.
        Assert.Empty(Warnings(20));
        Assert.Empty(Warnings(24));
        Assert.StartsWith("'label.components' is 12, so that answers keep the 12 largest pieces of 'ribs', but 3 of its 3 labels have more: ", Assert.Single(Warnings(12)), StringComparison.Ordinal);

        IEnumerable<string> Warnings(int kept) => ComponentFit.Warnings(new TrainingOptions { Label = new() { Name = "ribs", Components = kept } }, Dataset(mask), isResumed: false);
    }

    [Fact]
    public void A_run_that_was_begun_and_one_that_cuts_pseudo_labels_are_told_so()
    {
        var options = new TrainingOptions { Label = new() { Name = "kidneys" }, Method = MethodKind.Bcp };
        var warning = Assert.Single(ComponentFit.Warnings(options, Dataset(Mask((1, 0, 90), (1, 100, 100))), isResumed: true));
        Assert.Contains("so that answers and pseudo-labels keep the largest piece of 'kidneys'", warning, StringComparison.Ordinal);
        Assert.EndsWith("A run that was begun keeps it; in model.json of its package set 'components' of the label to 2.", warning, StringComparison.Ordinal);
    }

    private static ScanDataset Dataset(LabelMap mask)
    {
        var scan = new TrainingScan("made", mask.Size, mask.Affine, new float[mask.Size.Count], mask.Labels);
        return new ScanDataset([scan, scan, scan], [], []);
    }

    private static LabelMap Mask(params (byte Number, int Start, int Length)[] pieces)
    {
        var mask = new byte[Grid.Count];
        foreach (var (number, start, length) in pieces)
            mask.AsSpan(start, length).Fill(number);
        return new LabelMap(Grid, mask, Affine.Scaling(VoxelSize.Unit));
    }
}
