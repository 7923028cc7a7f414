using System.Text.Json.Serialization;

namespace Sassnet.Training.Evaluation;

/// <summary>The JSON form of <c>summary.json</c>.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EvaluationSummary))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
