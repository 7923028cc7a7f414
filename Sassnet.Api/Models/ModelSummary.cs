using System.Text.Json.Serialization;
using Sassnet.Model.Packages;

namespace Sassnet.Api.Models;

/// <summary>A model as the list shows it.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">The package's version.</param>
/// <param name="IsDefault">Whether requests that name no model get this one.</param>
/// <param name="State">Whether it can answer.</param>
/// <param name="Labels">What it segments.</param>
/// <param name="Fault">Why a device does not have it; absent where none has failed.</param>
public sealed record ModelSummary(string Name, string Version, bool IsDefault, ModelState State, IReadOnlyList<Label> Labels, string? Fault = null);

/// <summary>The models served.</summary>
/// <param name="Models">Ordered by name, the newest version of a name first.</param>
/// <param name="Problems">What is wrong in the folder of packages, while the models above go on being served; empty where all is well.</param>
public sealed record ModelList(IReadOnlyList<ModelSummary> Models, IReadOnlyList<PackageProblem> Problems)
{
    /// <summary>The models that are served now.</summary>
    internal static ModelList Of(ModelCatalogue catalogue)
    {
        var chosen = catalogue.Default;
        return new ModelList([.. catalogue.Models.Select(model => Summary(model, model == chosen))], catalogue.Problems);
    }

    private static ModelSummary Summary(ServedModel model, bool isDefault)
    {
        var manifest = model.Package.Manifest;
        return new ModelSummary(manifest.Name, manifest.Version, isDefault, model.State, manifest.Labels, model.Fault);
    }
}

/// <summary>What is wrong with a package that is not served, or with one that is and should no longer be.</summary>
/// <param name="Folder">The folder of the package, below the folder of packages; <c>.</c> for that itself.</param>
/// <param name="Detail">What is wrong, and what to do.</param>
public sealed record PackageProblem(string Folder, string Detail)
{
    internal const string WholeFolder = ".";
}

/// <summary>The default as it was chosen.</summary>
/// <param name="Default">What was asked for: a name, whose newest version is the default from now on, or <c>name@version</c>.</param>
/// <param name="Model">The model that this is now, <c>name@version</c>.</param>
/// <param name="IsKept">
/// Whether it will be the default after a restart too, and of other services of the same folder. Not where the folder of packages is for reading only: then the
/// configuration's default comes back.
/// </param>
public sealed record DefaultModel(string Default, string Model, bool IsKept);

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
[JsonSerializable(typeof(DefaultModel))]
internal sealed partial class ModelsJson : JsonSerializerContext;
