using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Sassnet.Model.Packages;

namespace Sassnet.Api.Models;

/// <summary>A model as <c>GET /models/{name}</c> shows it: its manifest, whether it can answer, and how well it did when it was published.</summary>
public sealed record ModelDescription : ModelManifest
{
    /// <summary>Describes a model.</summary>
    [SetsRequiredMembers]
    internal ModelDescription(ModelManifest manifest, bool isDefault, ModelState state, PackageEvaluation? evaluation)
        : base(manifest)
    {
        IsDefault = isDefault;
        State = state;
        Evaluation = evaluation;
    }

    /// <summary>Whether requests that name no model get this one.</summary>
    [JsonPropertyOrder(1)]
    public bool IsDefault { get; }

    /// <summary>Whether it can answer.</summary>
    [JsonPropertyOrder(1)]
    public ModelState State { get; }

    /// <summary>How well it did on labelled scans it was published with; absent where it was published without, or what lies beside it is damaged.</summary>
    [JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PackageEvaluation? Evaluation { get; }
}
