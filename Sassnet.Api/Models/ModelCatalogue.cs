using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.Problems;
using Sassnet.Model.Native;

namespace Sassnet.Api.Models;

/// <summary>
/// The models of the configured folder. Any package that cannot be opened stops the start, as a wrong option does. Whoever works with a model leases it here.
/// </summary>
internal sealed partial class ModelCatalogue : IDisposable
{
    private readonly List<ServedModel> _models;

    public ModelCatalogue(IOptions<ModelsOptions> models, IOptions<InferenceOptions> inference, ILogger<ModelCatalogue> logger)
    {
        LibTorchLoaded(logger, TorchRuntime.Description);
        var folder = Path.Combine(AppContext.BaseDirectory, models.Value.Folder);
        _models = PackageFolder.Open(folder)
            .Select(package => new ServedModel(package, PublishedEvaluation.Of(package, logger), inference.Value.Devices.Count))
            .ToList();
        Default = Match(models.Value.Default) ?? throw new StartException(
            $"Sassnet:Models:Default is '{models.Value.Default}'; the packages in {folder} are: {Served}.");
    }

    /// <summary>The model of requests that name none.</summary>
    public ServedModel Default { get; }

    /// <summary>Every model, by name, the newest version of a name first.</summary>
    public IReadOnlyList<ServedModel> Models => _models;

    private string Served => _models.Count == 0 ? "none" : string.Join(", ", _models.Select(model => model.Identifier));

    /// <summary>The model of a request, to look at.</summary>
    /// <param name="name"><c>name</c> for its newest version, <c>name@version</c>, or null for the default.</param>
    /// <exception cref="ProblemException">There is no such model.</exception>
    public ServedModel Find(string? name) => name is null ? Default : Match(name)
        ?? throw new ProblemException(ProblemTypes.UnknownModel, $"There is no model '{name}'; served here: {Served}. GET /models describes them.");

    /// <summary>The model of a request, to work with.</summary>
    /// <inheritdoc cref="Find"/>
    public ModelLease Lease(string? name) => Find(name).Lease();

    /// <summary>Retires every model.</summary>
    public void Dispose() => _models.ForEach(model => model.Retire());

    private ServedModel? Match(string name) => _models.Find(model => model.Identifier == name || model.Package.Manifest.Name == name);

    [LoggerMessage(Level = LogLevel.Information, Message = "{LibTorch}")]
    private static partial void LibTorchLoaded(ILogger logger, string libTorch);
}
