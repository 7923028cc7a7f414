using System.Globalization;
using System.Text.Json.Serialization;
using Sassnet.Model.Wording;
using Sassnet.Training.Statistics;

namespace Sassnet.Training.Evaluation;

/// <summary>
/// How well the agreement of a network's two answers (<see cref="Model.Inference.Measurement.HeadAgreement"/>), which needs no truth, finds bad segmentations.
/// A segmentation in which both answers are empty, of any of several labels that are there, has no agreement and is left out.
/// </summary>
/// <param name="Cases">How many segmentations have an agreement.</param>
/// <param name="Bad">How many of them have a Dice below <see cref="BadBelow"/>.</param>
/// <param name="Spearman">The rank correlation of agreement and Dice, −1 to 1 (<see cref="RankCorrelation"/>); null where it is not defined.</param>
/// <param name="Auc">How well low agreement tells the bad ones from the others, 0 to 1, 0.5 by chance (<see cref="RocArea"/>); null where there are none of one kind.</param>
public sealed record AgreementCalibration(int Cases, int Bad, double? Spearman, double? Auc)
{
    /// <summary>The Dice below which a segmentation is bad: a model is to be above it on every scan of its validation.</summary>
    public const double BadDice = 0.85;

    /// <summary>The same, for who reads the file.</summary>
    public double BadBelow { get; } = BadDice;

    /// <summary>Which Dice that is, in words.</summary>
    [JsonIgnore]
    public string JudgedBy { get; init; } = Judge(ofSeveralLabels: false);

    /// <summary>By which Dice a segmentation is good or bad, in words: of several labels by that of the worst.</summary>
    public static string Judge(bool ofSeveralLabels) => ofSeveralLabels ? "Dice of the worst label" : "Dice";

    /// <summary>Calibrates.</summary>
    /// <param name="segmentations">The agreement and the Dice of each, both in [0, 1]; null where both answers are empty, of several labels those of any.</param>
    public static AgreementCalibration Of(IEnumerable<(double? Agreement, double Dice)> segmentations)
    {
        ArgumentNullException.ThrowIfNull(segmentations);
        var known = segmentations.Where(one => one.Agreement is not null).Select(one => (Agreement: one.Agreement!.Value, one.Dice)).ToList();

        // What is to be high for bad ones is the lack of agreement.
        var lack = known.ToLookup(one => one.Dice < BadDice, one => -one.Agreement);
        return new AgreementCalibration(
            known.Count,
            lack[true].Count(),
            RankCorrelation.Of([.. known.Select(one => one.Agreement)], [.. known.Select(one => one.Dice)]),
            RocArea.Of([.. lack[true]], [.. lack[false]]));
    }

    /// <summary>The figures in words, or why there are none.</summary>
    public string Sentence()
    {
        var correlation = Spearman is { } rho ? FormattableString.Invariant($"its rank correlation with {JudgedBy} is {rho:F2} (Spearman)") : $"it has no rank correlation with {JudgedBy} (fewer than three, or all alike)";
        var area = Auc is { } auc ? FormattableString.Invariant($"low agreement tells the {Bad} with a {JudgedBy} below {BadDice} from the others with an AUC of {auc:F2}")
            : FormattableString.Invariant($"{(Bad == 0 ? "none has" : "all have")} a {JudgedBy} below {BadDice}, so that there is no AUC");
        return Cases == 0
            ? "No segmentation has an agreement of the network's two answers."
            : string.Create(CultureInfo.InvariantCulture, $"Agreement of the network's two answers in {Counted.Of(Cases, "segmentation")}: {correlation}; {area}.");
    }
}
