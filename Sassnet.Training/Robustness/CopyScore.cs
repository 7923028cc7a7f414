using Sassnet.Model.Inference;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Evaluation;

namespace Sassnet.Training.Robustness;

/// <summary>How well one copy of one case was segmented, on the copy's own grid.</summary>
/// <param name="Copy">Which copy.</param>
/// <param name="Case">The case's name.</param>
/// <param name="Score">The score of the components that are kept.</param>
/// <param name="HeadAgreement">The agreement of the network's two answers, of several labels the least that is known, in [0, 1]; null where both are empty.</param>
/// <param name="Warnings">The words of the warnings that the segmentation came with, those about the scan's file first, of one of several labels without those about others, of all without those about labels that are not in the copy, separated by blanks; empty where it came with none.</param>
public sealed record CopyScore(ScanCopy Copy, string Case, MaskScore Score, double? HeadAgreement, string Warnings)
{
    /// <summary>With several labels the score of each that lies in the copy, by its name: the copy's is their mean. Empty where there is one label.</summary>
    public IReadOnlyList<(string Label, CopyScore Score)> Labels { get; init; } = [];

    /// <inheritdoc cref="CaseScore.WorstDice"/>
    public double WorstDice => Labels.Count == 0 ? Score.Dice : Labels.Min(one => one.Score.Score.Dice);

    /// <inheritdoc cref="CaseScore.JudgedAgreement"/>
    public double? JudgedAgreement => Labels.Any(one => one.Score.HeadAgreement is null) ? null : HeadAgreement;

    /// <summary>Scores what was made of a copy, each label by itself.</summary>
    /// <param name="copy">Which copy.</param>
    /// <param name="name">The case's name.</param>
    /// <param name="result">What was made of it, with the components of each label that are kept.</param>
    /// <param name="truth">The numbers of the labels in their order, counted from 1, on the same grid. One that is missing has no score, since none would be true; not all are.</param>
    /// <param name="labels">The package's labels, in the order of these numbers.</param>
    public static CopyScore Of(ScanCopy copy, string name, SegmentationResult result, LabelMap truth, IReadOnlyList<Label> labels)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(labels);
        List<(string Label, CopyScore Score)> each = [.. truth.Values.Select(number => (labels[number - 1].Name, OfLabel(number)))];
        return labels.Count == 1
            ? each[0].Score
            : new CopyScore(copy, name, MaskScore.MeanOf([.. each.Select(one => one.Score.Score)]), each.Min(one => one.Score.HeadAgreement), Warning.Slugs(result.Warnings.Where(IsAboutPresent))) { Labels = each };

        // That nothing is found of what is not there is right, and no figure here is about it.
        bool IsAboutPresent(Warning warning) => warning.Label is null || truth.Values.Any(number => warning.Concerns(labels[number - 1].Value));

        CopyScore OfLabel(byte number)
        {
            var (found, value) = (result.Measurements[number - 1], labels[number - 1].Value);
            var warnings = Warning.Slugs(result.Warnings.Where(warning => warning.Concerns(value)));
            return new CopyScore(copy, name, MaskScore.Of(found.Segmentation, truth.Only(number), inMillimetres: false), found.KnownAgreement, warnings);
        }
    }
}
