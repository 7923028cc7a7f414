using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace Sassnet.Api.Problems;

/// <summary>The JSON form of a problem.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class ProblemJson : JsonSerializerContext;
