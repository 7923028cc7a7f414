using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.Problems;
using Sassnet.Api.Telemetry;
using Sassnet.Model.Native;

namespace Sassnet.Api.Models;

/// <summary>
/// The models of the configured folder, each with its host. All are loaded at start, the default one first, and stay until the end: a package
/// is exchanged by a restart. Any package that cannot be opened stops the start, as a wrong option does.
/// </summary>
internal sealed partial class ModelCatalogue : IHostedService
{
    private readonly List<ModelHost> _hosts;

    public ModelCatalogue(
        IOptions<ModelsOptions> models,
        IOptions<InferenceOptions> inference,
        IOptions<QueueOptions> queue,
        ComputeGate gate,
        Backlog backlog,
        ServiceMetrics metrics,
        ILogger<ModelHost> logger)
    {
        LibTorchLoaded(logger, TorchRuntime.Description);
        var folder = Path.Combine(AppContext.BaseDirectory, models.Value.Folder);
        _hosts = PackageFolder.Open(folder)
            .Select(package => new ModelHost(package, inference.Value, queue.Value.Length, gate, backlog, metrics, logger)
            {
                Evaluation = PublishedEvaluation.Of(package, logger),
            })
            .ToList();
        Default = Match(models.Value.Default) ?? throw new StartException(
            $"Sassnet:Models:Default is '{models.Value.Default}'; the packages in {folder} are: {Served}.");
    }

    /// <summary>The model of requests that name none.</summary>
    public ModelHost Default { get; }

    /// <summary>Every model, by name, the newest version of a name first.</summary>
    public IReadOnlyList<ModelHost> Hosts => _hosts;

    private string Served => _hosts.Count == 0 ? "none" : string.Join(", ", _hosts.Select(host => host.Package.Identifier));

    /// <summary>The model of a request.</summary>
    /// <param name="name"><c>name</c> for its newest version, <c>name@version</c>, or null for the default.</param>
    /// <exception cref="ProblemException">There is no such model.</exception>
    public ModelHost Find(string? name) => name is null ? Default : Match(name)
        ?? throw new ProblemException(ProblemTypes.UnknownModel, $"There is no model '{name}'; served here: {Served}. GET /models describes them.");

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var host in _hosts.OrderByDescending(host => host == Default))
            host.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(() => _hosts.ForEach(host => host.Dispose()), CancellationToken.None);

    private ModelHost? Match(string name) => _hosts.Find(host => host.Package.Identifier == name || host.Package.Manifest.Name == name);

    [LoggerMessage(Level = LogLevel.Information, Message = "{LibTorch}")]
    private static partial void LibTorchLoaded(ILogger logger, string libTorch);
}
