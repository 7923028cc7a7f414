using System.Globalization;
using Sassnet.Model.Morphology;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Evaluation;

/// <summary>How well one case was segmented, against its label, on the case's own grid.</summary>
/// <param name="Case">The case's name.</param>
/// <param name="Largest">The score of the largest connected component (26 neighbours), or of as many as the label keeps (<see cref="Label.Components"/>), as the service answers by default.</param>
/// <param name="All">The score of everything above the threshold.</param>
/// <param name="Components">How many components there are.</param>
public sealed record CaseScore(string Case, MaskScore Largest, MaskScore All, int Components)
{
    /// <summary>The agreement of the network's two answers, of several labels the least that is known, in [0, 1]; null where both answers are empty, and where it was not noted.</summary>
    public double? HeadAgreement { get; init; }

    /// <summary>
    /// The words of the warnings that the segmentation came with, those about the scan's file first, separated by blanks; empty where it came with none, null where
    /// they were not noted. One label of several has those about itself and about the scan.
    /// </summary>
    public string? Warnings { get; init; }

    /// <summary>Of a case with several labels the score of each that it has, by its value: the case's is their mean. Empty where there is one label.</summary>
    public IReadOnlyList<(byte Label, CaseScore Score)> Labels { get; init; } = [];

    /// <summary>Of a case with several labels those that it lacks, which have no score: none would be true. With each, how many voxels were found of it, in the components that are kept.</summary>
    public IReadOnlyList<(byte Label, long Voxels)> Absent { get; init; } = [];

    /// <summary>The Dice, largest component, that says whether the segmentation is bad: of several labels that of the worst, which the others' would hide in the mean.</summary>
    public double WorstDice => Labels.Count == 0 ? Largest.Dice : Labels.Min(one => one.Score.Largest.Dice);

    /// <summary>
    /// The agreement that <see cref="WorstDice"/> is held against: null also where any of several labels has none, since that is the one missed wholly, with a Dice of
    /// 0, and the others' agreement says nothing of it.
    /// </summary>
    public double? JudgedAgreement => Labels.Any(one => one.Score.HeadAgreement is null) ? null : HeadAgreement;

    /// <summary>The largest component's 95 % Hausdorff distance in words; an empty prediction has none, and it is said what was not found.</summary>
    /// <param name="decimals">How many places of the distance are shown.</param>
    public string Distance(int decimals)
    {
        if (!Largest.Empty)
            return $"95HD {Largest.Hd95.ToString($"F{decimals}", CultureInfo.InvariantCulture)} voxels";
        var missed = Labels.Where(one => one.Score.Largest.Empty).Select(one => one.Label);
        return $"95HD not defined (no voxel {(Labels.Count > 0 ? $"of label {string.Join(" and ", missed)} " : "")}found)";
    }

    /// <summary>Scores a prediction of one label or several, each by itself, with and without its smaller components.</summary>
    /// <param name="name">The case's name.</param>
    /// <param name="prediction">The labels' values with all components. It is not changed.</param>
    /// <param name="truth">The numbers of the labels in their order, counted from 1, on the same grid. One that is missing has no score; not all are.</param>
    /// <param name="labels">The labels, in the order of these numbers.</param>
    /// <param name="agreements">Of each label, in this order, the agreement of the network's two answers; null where both are empty.</param>
    /// <param name="inMillimetres">Whether the label's voxel size is known.</param>
    public static CaseScore Of(
        string name, LabelMap prediction, LabelMap truth, IReadOnlyList<Label> labels, IReadOnlyList<double?> agreements, bool inMillimetres)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(agreements);
        List<(byte Label, CaseScore Score)> each = [.. truth.Values.Select(number => (labels[number - 1].Value, OfLabel(number)))];
        return labels.Count == 1
            ? each[0].Score
            : MeanOf([.. each.Select(one => one.Score)]) with
            {
                Components = each.Sum(one => one.Score.Components),
                HeadAgreement = each.Min(one => one.Score.HeadAgreement),
                Labels = each,
                Absent = [.. labels.ExceptBy(each.Select(one => one.Label), label => label.Value).Select(label => (label.Value, Kept(label)))],
            };

        CaseScore OfLabel(byte number) =>
            Of(name, prediction.Only(labels[number - 1].Value), truth.Only(number), inMillimetres, labels[number - 1].KeptComponents) with { HeadAgreement = agreements[number - 1] };

        long Kept(Label label) =>
            ConnectedComponents.Of(prediction.Only(label.Value).Labels, prediction.Size, Connectivity.Corner).VoxelsOfLargest(label.KeptComponents);
    }

    /// <summary>Scores a prediction with and without its smaller components.</summary>
    /// <param name="name">The case's name.</param>
    /// <param name="prediction">The predicted mask with all components; anything but 0 is foreground. It is not changed.</param>
    /// <param name="truth">The label's mask on the same grid, not empty.</param>
    /// <param name="inMillimetres">Whether the label's voxel size is known.</param>
    /// <param name="components">How many of its largest components the label keeps; 0 for all.</param>
    public static CaseScore Of(string name, LabelMap prediction, LabelMap truth, bool inMillimetres, int components = 1)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        var all = MaskScore.Of(prediction, truth, inMillimetres);
        var labels = (byte[])prediction.Labels.Clone();
        var (found, removed) = ConnectedComponents.KeepLargest(labels, prediction.Size, Connectivity.Corner, components);
        var largest = removed == 0 ? all : MaskScore.Of(new LabelMap(prediction.Size, labels, prediction.Affine), truth, inMillimetres);
        return new CaseScore(name, largest, all, found);
    }

    /// <summary>
    /// The score with the warnings that the segmentation came with: the case gets all of them but those about labels that it lacks, each of several labels those that
    /// are not about another one.
    /// </summary>
    /// <param name="warnings">The warnings.</param>
    public CaseScore WithWarnings(IReadOnlyList<Warning> warnings)
    {
        ArgumentNullException.ThrowIfNull(warnings);

        // That nothing is found of what is not there is right, and no figure here is about it.
        var own = warnings.Where(warning => !Absent.Any(one => one.Label == warning.Label));
        return this with
        {
            Warnings = Warning.Slugs(own),
            Labels = [.. Labels.Select(one => (one.Label, one.Score.WithWarnings([.. warnings.Where(warning => warning.Concerns(one.Label))])))],
        };
    }

    /// <summary>The mean of several segmentations of one case, such as those of trainings that differ in the seed, or of its labels.</summary>
    /// <param name="scores">At least one, of one case.</param>
    public static CaseScore MeanOf(IReadOnlyList<CaseScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return new CaseScore(
            scores[0].Case,
            MaskScore.MeanOf([.. scores.Select(score => score.Largest)]),
            MaskScore.MeanOf([.. scores.Select(score => score.All)]),
            (int)Math.Round(scores.Average(score => score.Components)));
    }
}
