using System.Text.Json.Serialization;

namespace Sassnet.Training.Evaluation;

/// <summary>What <c>summary.json</c> says: means over cases of the largest component's scores, and beside them those of all components.</summary>
public sealed record EvaluationSummary : MeanScores
{
    /// <summary>The file's name in an evaluation's folder.</summary>
    public const string FileName = "summary.json";

    private EvaluationSummary(MeanScores largest, int cases, MeanScores allComponents, AgreementCalibration headAgreement, WarningCalibration warnings, IReadOnlyList<AbsentLabel>? absent)
        : base(largest)
    {
        Cases = cases;
        AllComponents = allComponents;
        HeadAgreement = headAgreement;
        Warnings = warnings;
        Absent = absent;
    }

    /// <summary>How many cases.</summary>
    public int Cases { get; }

    /// <summary>The same means where smaller components are not removed.</summary>
    [JsonPropertyOrder(1)]
    public MeanScores AllComponents { get; }

    /// <summary>How well the agreement of the network's two answers finds the bad cases, by the Dice of the largest component; of several labels the least agreement, by the least Dice, where each that the case has has one.</summary>
    [JsonPropertyOrder(2)]
    public AgreementCalibration HeadAgreement { get; }

    /// <summary>How well the warnings of the segmentations do the same, where they were noted.</summary>
    [JsonPropertyOrder(2)]
    public WarningCalibration Warnings { get; }

    /// <summary>Of several labels those that some of the cases lack, and what was found of them there; left out where there are none.</summary>
    [JsonPropertyOrder(3)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AbsentLabel>? Absent { get; }

    /// <summary>Summarises scores.</summary>
    /// <param name="scores">One per case, at least one.</param>
    public static EvaluationSummary Of(IReadOnlyCollection<CaseScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var judgedBy = AgreementCalibration.Judge(scores.Any(score => score.Labels.Count > 0));
        return new EvaluationSummary(
            MeanScores.Of([.. scores.Select(score => score.Largest)]),
            scores.Count,
            MeanScores.Of([.. scores.Select(score => score.All)]),
            AgreementCalibration.Of(scores.Select(score => (score.JudgedAgreement, score.WorstDice))) with { JudgedBy = judgedBy },
            WarningCalibration.Of(scores.Where(score => score.Warnings is not null).Select(score => (score.Warnings!.Length > 0, score.WorstDice))) with { JudgedBy = judgedBy },
            AbsentLabel.Of(scores));
    }
}

/// <summary>The JSON form of <c>summary.json</c>.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EvaluationSummary))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
