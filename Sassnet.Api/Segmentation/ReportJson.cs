using System.Text.Json.Serialization;

namespace Sassnet.Api.Segmentation;

/// <summary>The JSON form of a report.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SegmentationReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
