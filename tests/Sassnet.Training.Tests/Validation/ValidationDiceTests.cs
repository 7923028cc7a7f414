using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Validation;
using Xunit;

namespace Sassnet.Training.Tests.Validation;

public sealed class ValidationDiceTests
{
    private static readonly GridSize Size = new(4, 4, 4);

    [Fact]
    public void A_structure_counts_in_the_scans_that_have_it_and_a_scan_by_the_structures_that_it_has()
    {
        // In the first scan all of the one is found and half of the other; in the second, which has the first alone, half of that, and of the others what is not there.
        var found = Of(3, (Mask(1, 1, 2, 2), Mask(1, 1, 2, 0)), (Mask(1, 1, 0, 0), Mask(1, 2, 3, 0)));
        Assert.Equal((1 + (2.0 / 3)) / 2, found.MeanOf(1)!.Value, 9);
        Assert.Equal(2.0 / 3, found.MeanOf(2)!.Value, 9);
        Assert.Null(found.MeanOf(3));
        Assert.Equal((((1 + (2.0 / 3)) / 2) + (2.0 / 3)) / 2, found.Mean, 9);
    }

    [Fact]
    public void Where_every_scan_has_every_structure_it_is_the_mean_over_all()
    {
        var found = Of(2, (Mask(1, 1, 2, 2), Mask(1, 1, 2, 0)), (Mask(1, 2, 0, 0), Mask(0, 2, 0, 0)));
        Assert.Equal(0.5, found.MeanOf(1)!.Value, 9);
        Assert.Equal(5.0 / 6, found.MeanOf(2)!.Value, 9);
        Assert.Equal((0.5 + (5.0 / 6)) / 2, found.Mean, 9);
    }

    private static ValidationDice Of(int structures, params (byte[] Truth, byte[] Found)[] scans)
    {
        TrainingScan[] labelled = [.. scans.Select((scan, index) => new TrainingScan($"scan-{index}", Size, Affine.Scaling(VoxelSize.Unit), new float[Size.Count], scan.Truth))];
        var dice = new ValidationDice(labelled, structures);
        for (var index = 0; index < scans.Length; index++)
            dice.Note(index, new ScanPrediction(labelled[index], scans[index].Found, []));
        dice.Share(World.Alone);
        return dice;
    }

    private static byte[] Mask(params byte[] first) => [.. first, .. new byte[Size.Count - first.Length]];
}
