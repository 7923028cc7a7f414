using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.EndToEnd;

/// <summary>The service with the models bundled with it, in the precision it would choose itself.</summary>
public sealed class BundledService : IAsyncLifetime
{
    public TestService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Service = await TestService.StartBundledAsync(("Sassnet:Inference:Precision", "Auto"));

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}
