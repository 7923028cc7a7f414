using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Xunit;

namespace Sassnet.Training.Tests.Data;

public sealed class ForegroundFitTests
{
    private static readonly GridSize Grid = new(64, 56, 40);
    private static readonly GridBox Small = new((50, 40, 30), new GridSize(3, 3, 3));
    private static readonly GridBox Large = new((8, 8, 8), new GridSize(40, 30, 20));

    [Theory]
    [InlineData(64, 16, 50, 3, 0.0)]
    [InlineData(64, 16, 0, 1, 0.0)]
    [InlineData(64, 16, 20, 30, 0.0)]
    [InlineData(64, 16, 63, 1, 0.25)]
    [InlineData(10, 16, 4, 2, 0.0)]
    [InlineData(10, 16, 4, 2, 0.5)]
    public void The_share_is_that_of_all_places_from_which_a_crop_meets_the_box(int scan, int crop, int start, int length, double overhang)
    {
        var (room, beyond) = (scan - crop, (int)(overhang * crop));
        int[] places = [.. Enumerable.Range(Math.Min(0, room) - beyond, Math.Abs(room) + (2 * beyond) + 1)];
        var along = (double)places.Count(place => place < start + length && place + crop > start) / places.Length;
        var augmentation = new AugmentationOptions { Overhang = overhang, Rotate90 = false };
        Assert.Equal(along * along * along, ForegroundFit.Share(Cube(scan), new GridBox((start, start, start), Cube(length)), [Cube(crop)], augmentation), 1e-12);
    }

    [Fact]
    public void Crops_that_are_quarter_turned_have_their_sides_exchanged_half_of_the_time()
    {
        var (upright, turned) = (new AugmentationOptions { Rotate90 = false }, new AugmentationOptions());
        var (longer, other) = (new GridSize(32, 16, 16), new GridSize(16, 32, 16));
        var expected = (ForegroundFit.Share(Grid, Small, [longer], upright) + ForegroundFit.Share(Grid, Small, [other], upright)) / 2;
        Assert.Equal(expected, ForegroundFit.Share(Grid, Small, [longer], turned), 1e-12);
    }

    [Fact]
    public void A_structure_that_few_crops_meet_is_named_with_its_share_and_the_key()
    {
        // 14 of 49 places, 16 of 41 and 10 of 25.
        var warning = Assert.Single(ForegroundFit.Warnings(Options(foreground: 0), Dataset()));
        Assert.StartsWith("'crops.foreground' is 0, so that labelled crops lie anywhere in a scan, and of these at the most 4 % meet 'speck': ", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("block", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Crops_that_hold_structures_or_are_as_large_as_the_scans_are_not_warned_of()
    {
        Assert.Empty(ForegroundFit.Warnings(Options(foreground: 0.1), Dataset()));
        Assert.Empty(ForegroundFit.Warnings(Options(foreground: 0) with { Crops = new() { Sizes = [[64, 64, 48]] } }, Dataset()));
    }

    [Fact]
    public void Every_structure_of_a_mask_has_its_box()
    {
        var mask = Mask();
        mask[^1] = 1;
        GridBox?[] expected = [new GridBox(Small.Start, new GridSize(14, 16, 10)), Large, null];
        Assert.Equal(expected, StructureBoxes.Of(mask, Grid, 3));
    }

    private static GridSize Cube(int side) => new(side, side, side);

    private static TrainingOptions Options(double foreground) => new()
    {
        Labels = [new() { Value = 1, Name = "speck" }, new() { Value = 2, Name = "block" }],
        Crops = new() { Sizes = [[16, 16, 16]], Foreground = foreground },
    };

    private static ScanDataset Dataset()
    {
        var scan = new TrainingScan("made", Grid, Affine.Scaling(VoxelSize.Unit), new float[Grid.Count], Mask());
        return new ScanDataset([scan, scan], [scan with { Mask = null }], []);
    }

    private static byte[] Mask()
    {
        var mask = new byte[Grid.Count];
        foreach (var (box, number) in ((GridBox, byte)[])[(Small, 1), (Large, 2)])
        {
            for (var z = box.Start.Z; z < box.End.Z; z++)
            {
                for (var y = box.Start.Y; y < box.End.Y; y++)
                    mask.AsSpan(Grid.IndexOf(box.Start.X, y, z), box.Size.X).Fill(number);
            }
        }

        return mask;
    }
}
