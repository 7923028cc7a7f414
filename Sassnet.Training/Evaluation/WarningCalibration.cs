using System.Text.Json.Serialization;
using Sassnet.Model.Wording;

namespace Sassnet.Training.Evaluation;

/// <summary>How well a segmentation's warnings (the reader's, and <see cref="Model.Inference.Plausibility"/>), whatever they are about, tell bad segmentations from others.</summary>
/// <param name="Bad">How many segmentations have a Dice below <see cref="AgreementCalibration.BadDice"/>.</param>
/// <param name="BadWarned">How many of these came with a warning.</param>
/// <param name="Others">How many have this Dice or more.</param>
/// <param name="OthersWarned">How many of these came with a warning all the same.</param>
public sealed record WarningCalibration(int Bad, int BadWarned, int Others, int OthersWarned)
{
    /// <summary>Which Dice that is, in words.</summary>
    [JsonIgnore]
    public string JudgedBy { get; init; } = AgreementCalibration.Judge(ofSeveralLabels: false);

    /// <summary>Counts.</summary>
    /// <param name="segmentations">Of each whether it came with a warning, and its Dice.</param>
    public static WarningCalibration Of(IEnumerable<(bool IsWarned, double Dice)> segmentations)
    {
        ArgumentNullException.ThrowIfNull(segmentations);
        var warned = segmentations.ToLookup(one => one.Dice < AgreementCalibration.BadDice, one => one.IsWarned);
        return new WarningCalibration(warned[true].Count(), warned[true].Count(one => one), warned[false].Count(), warned[false].Count(one => one));
    }

    /// <summary>The figures in words.</summary>
    public string Sentence() => FormattableString.Invariant(
        $"A warning came with {BadWarned} of the {Counted.Of(Bad, "segmentation")} with a {JudgedBy} below {AgreementCalibration.BadDice}, and with {OthersWarned} of the {Counted.Of(Others, "other")}.");
}
