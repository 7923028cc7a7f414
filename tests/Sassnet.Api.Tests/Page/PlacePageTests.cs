using Microsoft.Playwright;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Service;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>The page where services stand: below a path, and behind a lock.</summary>
[Collection(PageService.Name)]
public sealed class PlacePageTests(PageService service)
{
    [Theory]
    [InlineData("hospital/sassnet")]
    [InlineData("hospital/sassnet/")]
    public async Task Below_a_path_it_works_as_at_the_root(string path)
    {
        await using var below = await TestService.StartAsync(("Sassnet:Server:PathBase", "/hospital/sassnet"));
        await using var open = await service.Chromium.OpenAsync(new Uri(below.Address, path));
        Assert.Equal("/hospital/sassnet/", new Uri(open.Page.Url).AbsolutePath);
        var elsewhere = new List<string>();
        open.Page.Request += (_, request) =>
        {
            string[] own = [new Uri(below.Address, "hospital/sassnet/").ToString(), "data:", "blob:"];
            if (!own.Any(start => request.Url.StartsWith(start, StringComparison.Ordinal)))
                elsewhere.Add(request.Url);
        };
        await open.Page.ClickAsync("#pick-sample");
        await open.SegmentAsync();
        await open.Page.ClickAsync("header a");
        await Expect(open.Page.Locator(".swagger-ui .info")).ToBeVisibleAsync();
        Assert.Empty(elsewhere);
    }

    [Fact]
    public async Task Behind_a_lock_it_asks_for_a_key_and_keeps_it_in_the_tab_only()
    {
        await using var locked = await LockedService.StartAsync();
        var (right, wrong) = (locked.Key("segment jobs"), locked.Key("segment"));
        await using var open = await service.Chromium.OpenAsync(locked.Service.Address);
        var page = open.Page;
        await Expect(page.Locator("#locked")).ToBeVisibleAsync();
        await Expect(page.Locator("#problem")).ToBeEmptyAsync();
        await EnterAsync(page, "nonsense");
        await Expect(page.Locator("#problem")).Not.ToBeEmptyAsync();
        await EnterAsync(page, wrong);
        await Expect(page.Locator("#problem")).ToContainTextAsync("'jobs'");

        await page.ClickAsync("#forget");
        await EnterAsync(page, right);
        await Expect(page.Locator("#locked")).ToBeHiddenAsync();
        await page.ClickAsync("#pick-sample");
        await open.SegmentAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#files-list button[data-output=segmentation]"));
        Assert.Equal("segmentation.nii.gz", download.SuggestedFilename);

        await page.ReloadAsync();
        await open.ShownAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length + document.cookie.length"));
        await page.ClickAsync("#forget");
        await Expect(page.Locator("#locked")).ToBeVisibleAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("sessionStorage.length"));
    }

    [Fact]
    public async Task A_key_that_was_copied_with_a_character_that_no_key_has_is_said_to_be_none()
    {
        await using var locked = await LockedService.StartAsync();
        var key = locked.Key("segment jobs");
        await using var open = await service.Chromium.OpenAsync(locked.Service.Address);
        var page = open.Page;
        await EnterAsync(page, $"{key}\u200B");
        await Expect(page.Locator("#problem")).ToContainTextAsync("API key");
        await Expect(page.Locator("#problem")).Not.ToContainTextAsync("cannot be reached");
        await EnterAsync(page, key);
        await Expect(page.Locator("#locked")).ToBeHiddenAsync();
        await Expect(page.Locator("#problem")).ToBeEmptyAsync();
    }

    private static async Task EnterAsync(IPage page, string key)
    {
        await page.FillAsync("#key", key);
        await page.ClickAsync("#key-form button");
    }
}
