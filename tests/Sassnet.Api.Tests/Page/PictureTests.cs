using Microsoft.Playwright;
using SkiaSharp;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>Takes the README's pictures of the page: into the folder that <c>SASSNET_PICTURES</c> names, where it does.</summary>
[Collection(PageService.Name)]
public sealed class PictureTests(PageService service)
{
    [Theory]
    [InlineData("page-mask", ColorScheme.Light, "mask", 1360, 1010)]
    [InlineData("page-distance", ColorScheme.Dark, "bands", 1360, 1010)]
    [InlineData("page-phone", ColorScheme.Light, "mask", 390, 844)]
    public async Task The_sample_is_a_picture(string name, ColorScheme scheme, string layer, int width, int height)
    {
        await using var open = await service.Chromium.OpenAsync(
            service.Service.Address, new BrowserNewContextOptions { ColorScheme = scheme, ViewportSize = new ViewportSize { Width = width, Height = height } });
        var page = open.Page;
        await page.ClickAsync("#pick-sample");
        await Expect(page.Locator("#start")).ToBeEnabledAsync();
        await open.SegmentAsync();
        await page.CheckAsync($"input[name=layer][value={layer}]", new PageCheckOptions { Force = true });
        await open.DrawnAsync();
        var picture = await page.ScreenshotAsync();

        // Of many colours: neither blank nor without the scan.
        using var pixels = SKBitmap.Decode(picture);
        Assert.True(pixels.Pixels.Distinct().Count() > 200);
        if (Environment.GetEnvironmentVariable("SASSNET_PICTURES") is { Length: > 0 } folder)
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}.png"), picture, TestContext.Current.CancellationToken);
    }
}
