using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>An archive of one's own that has the ball, and services that are told of it: a stub, since a real one does not fail or answer oddly at will.</summary>
public abstract class BallArchiveTests : IAsyncLifetime
{
    private protected StubArchive Archive { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Archive = await BallArchive.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (Archive is not null)
            await Archive.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a service that knows the archive, and tries again soon.</summary>
    /// <param name="settings">What else is set of the archive.</param>
    protected Task<TestService> StartAsync(params (string Key, string Value)[] settings) => TestService.StartAsync(
    [
        ("Sassnet:Archive:Servers:pacs:Url", Archive.Url), ("Sassnet:Archive:Servers:pacs:RetryDelay", "00:00:00.001"), ("Sassnet:Jobs:RetryDelay", "00:00:00.010"),
        .. settings.Select(setting => ($"Sassnet:Archive:Servers:pacs:{setting.Key}", setting.Value)),
    ]);
}
