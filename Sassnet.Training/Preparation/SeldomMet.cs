using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;

namespace Sassnet.Training.Preparation;

/// <summary>The structure that crops which lie anywhere in a scan meet least, and in less than half of their draws.</summary>
/// <param name="Name">The structure's name.</param>
/// <param name="Share">How many of the draws meet its box at the most, in [0, 1]; the mean over the labelled scans.</param>
internal sealed record SeldomMet(string Name, double Share)
{
    /// <summary>What <c>crops.foreground</c> then is: nnU-Net's third.</summary>
    public const double Foreground = 0.33;

    private const double LeastShare = 0.5;

    /// <summary>Finds it; null where all are met more often.</summary>
    /// <param name="cases">Sound cases, of which one has a label at least.</param>
    /// <param name="structures">The structures' names, in the order of their numbers.</param>
    /// <param name="plan">The grid and the crops.</param>
    public static SeldomMet? Of(IEnumerable<InspectedCase> cases, IReadOnlyList<string> structures, TrainingPlan plan)
    {
        var labelled = cases.Where(inspected => inspected.IsLabelled).ToList();
        var least = structures
            .Select((name, index) => new SeldomMet(name, labelled.Average(inspected => ShareOf(inspected.Scan!, inspected.LabelBoxes[index], plan))))
            .MinBy(structure => structure.Share)!;
        return least.Share < LeastShare ? least : null;
    }

    private static double ShareOf(ScanFacts scan, GridBox? structure, TrainingPlan plan)
    {
        if (structure is not { } box)
            return 0;
        var orientation = Orientation.Parse(plan.Preprocessing.Orientation);
        var (x, y, z) = (Along(0), Along(1), Along(2));
        return ForegroundFit.Share(
            new GridSize(x.Side, y.Side, z.Side),
            new GridBox((x.Start, y.Start, z.Start), new GridSize(x.Length, y.Length, z.Length)),
            [new GridSize(plan.Crop[0], plan.Crop[1], plan.Crop[2])],
            new AugmentationOptions { Rotate90 = GridFit.CanTurn(plan.Preprocessing.SpacingMm) });

        // On the plan's grid. Which way an axis runs makes no difference.
        (int Side, int Start, int Length) Along(int axis)
        {
            var anatomical = orientation.AnatomicalAxis(axis);
            var finer = scan.VoxelSize[anatomical] / plan.Preprocessing.SpacingMm[axis];
            var (first, behind) = anatomical switch
            {
                0 => (box.Start.X, box.End.X),
                1 => (box.Start.Y, box.End.Y),
                _ => (box.Start.Z, box.End.Z),
            };
            var side = Math.Max(1, (int)Math.Round(scan.Imaged[anatomical] * finer));
            var start = Math.Min(side - 1, (int)(first * finer));
            return (side, start, Math.Clamp((int)Math.Ceiling(behind * finer) - start, 1, side - start));
        }
    }
}
