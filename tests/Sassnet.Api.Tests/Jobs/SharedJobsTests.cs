using Xunit;

namespace Sassnet.Api.Tests.Jobs;

/// <summary>A PostgreSQL server and a folder of one's own, for nodes to share jobs by.</summary>
public abstract class SharedJobsTests : IAsyncLifetime
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("sassnet-nodes-").FullName;

    private protected PostgresServer Postgres { get; private set; } = null!;

    /// <summary>What every node is started with.</summary>
    protected (string Key, string Value)[] Shared => [.. Postgres.Settings, ("Sassnet:Jobs:Folder", Folder)];

    public async ValueTask InitializeAsync() => Postgres = await PostgresServer.StartNewAsync();

    public async ValueTask DisposeAsync()
    {
        if (Postgres is not null)
            await Postgres.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
