using Sassnet.Api.Tests.Service;
using Xunit;

// One test at a time: they look at the memory, the temporary files and the queue of a service.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(SharedService))]

namespace Sassnet.Api.Tests.Service;

/// <summary>One service with the default options for all tests that need no other.</summary>
public sealed class SharedService : IAsyncLifetime
{
    public TestService Service { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Service = await TestService.StartAsync();

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}
