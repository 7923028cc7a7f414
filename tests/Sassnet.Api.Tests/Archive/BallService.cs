using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>An archive that has the ball, and a service that knows it, for all tests of a class that look at no more of the service than their own job.</summary>
public sealed class BallService : IAsyncLifetime
{
    private TestService? _service;

    internal StubArchive Archive { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Archive = await BallArchive.StartAsync();

    /// <summary>The service, which the first to ask for it starts.</summary>
    public async Task<TestService> ServiceAsync() => _service ??= await StartAsync();

    /// <summary>Starts a service of one's own that knows the archive, and tries again soon.</summary>
    /// <param name="settings">What else is set of the archive.</param>
    public Task<TestService> StartAsync(params (string Key, string Value)[] settings) => TestService.StartAsync(
    [
        ("Sassnet:Archive:Servers:pacs:Url", Archive.Url), ("Sassnet:Archive:Servers:pacs:RetryDelay", "00:00:00.001"), ("Sassnet:Jobs:RetryDelay", "00:00:00.010"),
        .. settings.Select(setting => ($"Sassnet:Archive:Servers:pacs:{setting.Key}", setting.Value)),
    ]);

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
        if (Archive is not null)
            await Archive.DisposeAsync();
    }
}
