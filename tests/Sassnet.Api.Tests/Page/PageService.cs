using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Page;

/// <summary>The service with the bundled models, and a browser before it.</summary>
[CollectionDefinition(Name)]
public sealed class PageService : IAsyncLifetime, ICollectionFixture<PageService>
{
    public const string Name = "page";

    public TestService Service { get; private set; } = null!;

    public Chromium Chromium { get; } = new();

    public async ValueTask InitializeAsync() => Service = await TestService.StartBundledAsync(("Sassnet:Models:Default", "phantom"));

    public Task<OpenPage> OpenAsync() => Chromium.OpenAsync(Service.Address);

    public async ValueTask DisposeAsync()
    {
        await Chromium.DisposeAsync();
        await Service.DisposeAsync();
    }
}
