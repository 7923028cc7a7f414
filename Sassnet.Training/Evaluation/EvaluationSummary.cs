using System.Text.Json.Serialization;

namespace Sassnet.Training.Evaluation;

/// <summary>What <c>summary.json</c> says: means over cases of the largest component's scores, and beside them those of all components.</summary>
public sealed record EvaluationSummary : MeanScores
{
    private EvaluationSummary(MeanScores largest, int cases, MeanScores allComponents)
        : base(largest)
    {
        Cases = cases;
        AllComponents = allComponents;
    }

    /// <summary>How many cases.</summary>
    public int Cases { get; }

    /// <summary>The same means where smaller components are not removed.</summary>
    [JsonPropertyOrder(1)]
    public MeanScores AllComponents { get; }

    /// <summary>Summarises scores.</summary>
    /// <param name="scores">One per case, at least one.</param>
    public static EvaluationSummary Of(IReadOnlyCollection<CaseScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return new EvaluationSummary(
            MeanScores.Of([.. scores.Select(score => score.Largest)]), scores.Count, MeanScores.Of([.. scores.Select(score => score.All)]));
    }
}

/// <summary>The JSON form of <c>summary.json</c>.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EvaluationSummary))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
