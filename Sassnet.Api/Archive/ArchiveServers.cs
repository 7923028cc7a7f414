using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Archive;

/// <summary>The archives that are configured, by name.</summary>
internal sealed class ArchiveServers(IOptions<ArchiveOptions> options, TimeProvider clock, ILogger<ArchiveServers> logger) : IDisposable
{
    private readonly Dictionary<string, ArchiveServer> _servers =
        options.Value.Servers.ToDictionary(server => server.Key, server => new ArchiveServer(server.Key, server.Value, clock, logger), StringComparer.OrdinalIgnoreCase);

    /// <summary>An archive.</summary>
    /// <exception cref="ProblemException">None has this name.</exception>
    public ArchiveServer Find(string name) => _servers.GetValueOrDefault(name) ?? throw new ProblemException(ArchiveProblemTypes.UnknownArchive,
        $"There is no archive '{name}'; configured here: {(_servers.Count == 0 ? "none" : string.Join(", ", _servers.Keys.Order(StringComparer.Ordinal)))}. Whoever runs the service adds one in Sassnet:Archive:Servers.");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var server in _servers.Values)
            server.Dispose();
    }
}

/// <summary>Registers the archives.</summary>
internal static class ArchiveSetup
{
    public static void AddArchive(this IServiceCollection services)
    {
        services.AddSection<ArchiveOptions>("Archive");
        services.AddSingleton<ArchiveServers>();
        services.AddSingleton<SeriesSearch>();
        services.AddSingleton<SeriesRetrieval>();
    }

    /// <summary>Reads the certificates now, so that one that cannot be read stops the start.</summary>
    /// <exception cref="StartException">One cannot.</exception>
    public static void UseArchive(this WebApplication app) => app.Services.GetRequiredService<ArchiveServers>();
}
