using System.Text.Json.Serialization;

namespace Sassnet.Api.Models;

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
