using System.Text.Json.Serialization;
using Sassnet.Api.Health;
using Sassnet.Api.Models;
using Sassnet.Model.Packages;

namespace Sassnet.Api.OpenApi;

/// <summary>The JSON form of what endpoints return as objects.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(HealthStatus))]
internal sealed partial class ApiJson : JsonSerializerContext;
