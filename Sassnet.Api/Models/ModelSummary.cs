using System.Text.Json.Serialization;
using Sassnet.Model.Packages;

namespace Sassnet.Api.Models;

/// <summary>A model as the list shows it.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">The package's version.</param>
/// <param name="IsDefault">Whether requests that name no model get this one.</param>
/// <param name="State">Whether it can answer.</param>
/// <param name="Labels">What it segments.</param>
public sealed record ModelSummary(string Name, string Version, bool IsDefault, ModelState State, IReadOnlyList<Label> Labels);

/// <summary>The models served.</summary>
/// <param name="Models">Ordered by name, the newest version of a name first.</param>
public sealed record ModelList(IReadOnlyList<ModelSummary> Models);

/// <summary>Whether a model can answer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelState>))]
public enum ModelState
{
    /// <summary>Being loaded and tried out; requests wait.</summary>
    [JsonStringEnumMemberName("loading")]
    Loading,

    /// <summary>Loaded and tried out.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>Could not be loaded; requests get 503.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}

/// <summary>The JSON form of what the endpoints of models return.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelDescription))]
internal sealed partial class ModelsJson : JsonSerializerContext;
