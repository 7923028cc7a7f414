using Sassnet.Api.Tests.Service;
using Sassnet.Tests;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>The service with the bundled models, and a browser before it.</summary>
[CollectionDefinition(Name)]
public sealed class PageService(Chromium chromium) : IAsyncLifetime, ICollectionFixture<PageService>
{
    public const string Name = "page";

    /// <summary>The sample as a file.</summary>
    public static readonly string Phantom = Path.Combine(RepositoryFiles.Root, "docs", "phantom.nii.gz");

    public TestService Service { get; private set; } = null!;

    public Chromium Chromium { get; } = chromium;

    public async ValueTask InitializeAsync() => Service = await TestService.StartBundledAsync(("Sassnet:Models:Default", "phantom"));

    public Task<OpenPage> OpenAsync() => Chromium.OpenAsync(Service.Address);

    /// <summary>Opens the page and has the sample segmented.</summary>
    public async Task<OpenPage> SampleAsync()
    {
        var open = await OpenAsync();
        await open.Page.ClickAsync("#pick-sample");
        await Expect(open.Page.Locator("#start")).ToBeEnabledAsync();
        Assert.StartsWith("phantom@", await open.Page.Locator("#model").InputValueAsync(), StringComparison.Ordinal);
        await open.SegmentAsync();
        return open;
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}
