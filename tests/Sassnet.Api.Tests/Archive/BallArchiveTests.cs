using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>An archive that has the ball, for each test as it was at first, and services that are told of it: a stub, since a real one does not fail or answer oddly at will.</summary>
public abstract class BallArchiveTests : IClassFixture<BallService>
{
    private readonly BallService _shared;

    protected BallArchiveTests(BallService shared)
    {
        _shared = shared;
        BallArchive.Renew(shared.Archive);
    }

    private protected StubArchive Archive => _shared.Archive;

    /// <summary>The service that the tests of the class share, for those that look at no more of it than their own job.</summary>
    protected Task<TestService> SharedAsync() => _shared.ServiceAsync();

    /// <summary>Starts a service that knows the archive, and tries again soon.</summary>
    /// <param name="settings">What else is set of the archive.</param>
    protected Task<TestService> StartAsync(params (string Key, string Value)[] settings) => _shared.StartAsync(settings);
}
