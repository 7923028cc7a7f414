using Microsoft.Playwright;
using Sassnet.Api.Tests.Page;
using Sassnet.Model.Tests.Dicom;
using Xunit;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Sassnet.Api.Tests.Page;

/// <summary>The browser of the system, without a window; WebGL 2 by its own software. One for all tests, which the first to need it starts.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Opens an address in a profile of its own; the test is skipped where there is no Chromium.</summary>
    public async Task<OpenPage> OpenAsync(Uri address, BrowserNewContextOptions? options = null)
    {
        var context = await ProfileAsync(options);
        var page = new OpenPage(context, await context.NewPageAsync());
        await page.GoToAsync(address);
        return page;
    }

    /// <summary>A profile of its own; the test is skipped where there is no Chromium.</summary>
    public async Task<IBrowserContext> ProfileAsync(BrowserNewContextOptions? options = null)
    {
        var program = Tools.Require("chromium");
        _playwright ??= await Playwright.CreateAsync();

        // Long enough for a busy machine.
        Assertions.SetDefaultExpectTimeout(60_000);
        _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = Flags });
        return await _browser.NewContextAsync(options ?? new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1360, Height = 1000 } });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
    }
}
