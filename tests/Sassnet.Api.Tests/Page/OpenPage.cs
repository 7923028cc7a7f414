using Microsoft.Playwright;
using SkiaSharp;
using Xunit;

namespace Sassnet.Api.Tests.Page;

/// <summary>The page as a person has it before him. What goes wrong in it, and what its policy forbids, fails the test at its end.</summary>
public sealed class OpenPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];

    public OpenPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.SetDefaultTimeout(90_000);
        page.PageError += (_, fault) => _faults.Add(fault);

        // Refusals are no faults of the page.
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _faults.Add(message.Text);
        };
    }

    public IPage Page { get; }

    public async Task GoToAsync(Uri address) => await Page.GotoAsync(address.ToString());

    /// <summary>Drops files or a folder onto the page, as the system's file manager does.</summary>
    public async Task DropAsync(string path)
    {
        await using var session = await DevTools.OpenAsync(_context, Page);
        foreach (var step in (string[])["dragEnter", "dragOver", "drop"])
            await session.DragAsync(step, path);
        await Assertions.Expect(Page.Locator("#start")).ToBeEnabledAsync();
    }

    /// <summary>Sends what was chosen, and waits until the result is shown; returns the job's id.</summary>
    public async Task<string> SegmentAsync()
    {
        await Page.ClickAsync("#start");
        return await ShownAsync();
    }

    /// <summary>Waits until a scan is shown; returns the job's id.</summary>
    public async Task<string> ShownAsync()
    {
        await Page.WaitForFunctionAsync("() => location.hash.slice(5) && document.getElementById('canvas').dataset.shown === location.hash.slice(5)");
        return new Uri(Page.Url).Fragment["#job=".Length..];
    }

    /// <summary>The colours of the canvas at the middles of voxels; null for one that is in none of the planes shown.</summary>
    public async Task<SKColor?[]> ColoursAsync(IEnumerable<int[]> voxels)
    {
        var places = await Page.EvaluateAsync<double[]?[]>("voxels => voxels.map((voxel) => document.getElementById('canvas').viewer.pixelOf(voxel))", voxels);
        await DrawnAsync();
        using var picture = SKBitmap.Decode(await Page.Locator("#canvas").ScreenshotAsync());
        return [.. places.Select(place => place is [var x, var y] ? picture.GetPixel((int)x, (int)y) : (SKColor?)null)];
    }

    /// <summary>Waits until what was asked for is drawn.</summary>
    public Task DrawnAsync() => Page.EvaluateAsync("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        Assert.Empty(_faults);
    }
}

/// <summary>What the browser can be asked for beyond a page's own events: a drop by the system, with paths.</summary>
internal sealed class DevTools(ICDPSession session) : IAsyncDisposable
{
    public static async Task<DevTools> OpenAsync(IBrowserContext context, IPage page) => new(await context.NewCDPSessionAsync(page));

    public async Task DragAsync(string step, string path) => await session.SendAsync("Input.dispatchDragEvent", new Dictionary<string, object>
    {
        ["type"] = step,
        ["x"] = 150,
        ["y"] = 180,
        ["data"] = new { items = Array.Empty<object>(), files = new[] { path }, dragOperationsMask = 1 },
    });

    public async ValueTask DisposeAsync() => await session.DetachAsync();
}
