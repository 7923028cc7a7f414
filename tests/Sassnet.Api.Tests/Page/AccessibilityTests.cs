using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>The page for those who do not see it, use no mouse, or hold it in one hand.</summary>
[Collection(PageService.Name)]
public sealed partial class AccessibilityTests(PageService service)
{
    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_no_violation_before_after_and_where_something_is_wrong(ColorScheme scheme)
    {
        // A button fades to its new colour, and halfway its text is hard to read: what counts is where it comes to rest.
        await using var open = await service.Chromium.OpenAsync(
            service.Service.Address, new BrowserNewContextOptions { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        var page = open.Page;
        await page.ClickAsync("details summary");
        await page.ClickAsync("#pick-sample");
        await AssertSoundAsync(page);
        await open.SegmentAsync();
        await page.CheckAsync("input[name=layer][value=bands]", new PageCheckOptions { Force = true });
        await page.Locator("#threshold").FillAsync("0.3");
        await AssertSoundAsync(page);
        await page.SetInputFilesAsync("#files", new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "no scan at all, but a text of some length"u8.ToArray() });
        await page.ClickAsync("#start");
        await Expect(page.Locator("#problem")).Not.ToBeEmptyAsync();
        await AssertSoundAsync(page);
    }

    [Fact]
    public async Task Axe_finds_no_violation_where_a_key_is_asked_for()
    {
        await using var locked = await LockedService.StartAsync();
        await using var open = await service.Chromium.OpenAsync(locked.Service.Address);
        await Expect(open.Page.Locator("#locked")).ToBeVisibleAsync();
        await AssertSoundAsync(open.Page);
    }

    [Fact]
    public async Task All_of_it_is_done_by_the_keyboard()
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        await TabToAsync(page, "pick-sample");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#start")).ToBeEnabledAsync();
        await TabToAsync(page, "quality");
        await Expect(page.Locator("#quality")).ToHaveAccessibleNameAsync("Speed or accuracy");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator("#quality")).ToHaveValueAsync("fast");
        await Expect(page.Locator("#quality")).ToHaveAccessibleDescriptionAsync(QuickestWay());
        await TabToAsync(page, "start");
        await page.Keyboard.PressAsync("Enter");
        await open.ShownAsync();
        await TabToAsync(page, "slice-2");
        var before = int.Parse(await page.Locator("#slice-2").InputValueAsync(), System.Globalization.CultureInfo.InvariantCulture);
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator("output[for=slice-2]")).ToHaveTextAsync($"{before + 2} of 48");
        Assert.Equal(before + 1, await page.EvaluateAsync<int>("document.getElementById('canvas').viewer.slices[2]"));
    }

    [Fact]
    public async Task Sliders_say_what_stands_beside_them()
    {
        var id = await service.Service.Client.SubmittedAsync(await File.ReadAllBytesAsync(PageService.Phantom, TestContext.Current.CancellationToken), "?output=all&model=phantom&threshold=0.005");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, $"#job={id}"));
        var page = open.Page;
        await open.ShownAsync();
        await AssertSaidAsync("threshold", "0.005");
        foreach (var (slider, value, said) in new[] { ("slice-2", "0", "1 of 48"), ("slice-0", "9", "10 of 80"), ("threshold", "0.3", "0.30"), ("opacity", "20", "20 %") })
        {
            await page.FillAsync($"#{slider}", value);
            await AssertSaidAsync(slider, said);
        }

        // Moved by the pictures and by another choice, not by hand.
        await page.EvaluateAsync("() => document.getElementById('canvas').viewer.goTo(1, 4)");
        await AssertSaidAsync("slice-1", "5 of 72");
        await page.CheckAsync("input[name=layer][value=bands]", new PageCheckOptions { Force = true });
        await AssertSaidAsync("opacity", "60 %");

        async Task AssertSaidAsync(string slider, string said)
        {
            await Expect(page.Locator($"output[for={slider}]")).ToHaveTextAsync(said);
            await Expect(page.Locator($"#{slider}")).ToHaveAttributeAsync("aria-valuetext", said);
        }
    }

    [Fact]
    public async Task What_goes_on_is_read_out_as_it_changes_and_in_quarters_and_not_every_second()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=all");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.OpenAsync();
        var page = open.Page;
        await page.EvaluateAsync("""
            () => {
              window.said = []
              for (const live of document.querySelectorAll('[role=status]:not([aria-live=off]), [aria-live]:not([aria-live=off])'))
                new MutationObserver(() => said.push(live.textContent)).observe(live, { childList: true, characterData: true, subtree: true })
            }
            """);
        var shares = new Queue<double>([0, 0, 0.04, 0.11, 0.24, 0.26, 0.4, 0.77]);
        var seen = new TaskCompletionSource();
        await page.RouteAsync($"**/jobs/{id}", async route =>
        {
            // What is looked for below stands there for a second only, unless nothing further comes.
            if (shares.Count == 4)
                await seen.Task;
            var answer = await route.FetchAsync();
            var job = JsonNode.Parse(await answer.TextAsync())!;
            if (shares.TryDequeue(out var share))
                (job["state"], job["ended"], job["progress"], job["estimate"]) = (share > 0 ? "running" : "queued", null, share, shares.Count);
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = job.ToJsonString() });
        });
        await page.ClickAsync($"#jobs .job[data-id='{id}']");
        await Expect(page.Locator("#progress-text")).ToContainTextAsync("Segmenting, 11 %, about 4 s");
        seen.SetResult();
        await open.ShownAsync();
        var said = await page.EvaluateAsync<string[]>("said");
        Assert.Equal(["Looking for the job", "Waiting", "Segmenting", "Segmenting, 25 %", "Segmenting, 75 %", "Fetching the result"], said.Where(text => text.Length > 0));
    }

    [Fact]
    public async Task Skipping_to_the_result_leaves_it_there()
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        await page.ClickAsync("#pick-sample");
        var job = await open.SegmentAsync();
        await page.Locator(".skip").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#result")).ToBeFocusedAsync();
        await page.WaitForTimeoutAsync(500);
        Assert.EndsWith($"#job={job}", page.Url, StringComparison.Ordinal);
        await Expect(page.Locator("#viewer")).ToBeVisibleAsync();
        await Expect(page.Locator("#figures")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(390)]
    [InlineData(320)]
    public async Task At_the_width_of_a_phone_nothing_is_beside_the_screen(int width)
    {
        await using var open = await service.Chromium.OpenAsync(service.Service.Address, new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 800 }, IsMobile = true, HasTouch = true });
        var page = open.Page;
        await AssertFitsAsync(page, width);
        await page.TapAsync("#pick-sample");
        await open.SegmentAsync();
        await page.CheckAsync("input[name=layer][value=bands]", new PageCheckOptions { Force = true });
        await AssertFitsAsync(page, width);
        var (result, form) = ((await page.Locator("#viewer").BoundingBoxAsync())!, (await page.Locator("#new").BoundingBoxAsync())!);
        Assert.True(result.Y < form.Y, "What was asked for comes first.");
    }

    [Fact]
    public async Task On_a_phone_what_went_wrong_is_where_one_looks()
    {
        await using var open = await service.Chromium.OpenAsync(service.Service.Address, new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 360, Height = 640 }, IsMobile = true, HasTouch = true });
        var page = open.Page;
        await page.SetInputFilesAsync("#files", new FilePayload { Name = "notes.txt", MimeType = "text/plain", Buffer = "no scan at all, but a text of some length"u8.ToArray() });
        await page.TapAsync("#start");
        await Expect(page.Locator("#problem p").First).ToBeInViewportAsync(new LocatorAssertionsToBeInViewportOptions { Ratio = 1 });
    }

    [Fact]
    public async Task The_pictures_fit_into_a_window_at_200_percent()
    {
        // Half the pixels of a notebook's window.
        await using var open = await service.Chromium.OpenAsync(service.Service.Address, new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 680, Height = 450 }, DeviceScaleFactor = 2 });
        await open.Page.ClickAsync("#pick-sample");
        await open.SegmentAsync();
        Assert.InRange((await open.Page.Locator(".stage").BoundingBoxAsync())!.Height, 288, 450);
    }

    [Fact]
    public async Task What_is_chosen_is_seen_in_the_colours_of_the_system_too()
    {
        await using var open = await service.Chromium.OpenAsync(service.Service.Address, new BrowserNewContextOptions { ForcedColors = ForcedColors.Active, ReducedMotion = ReducedMotion.Reduce });
        var page = open.Page;
        await page.ClickAsync("#pick-sample");
        var job = await open.SegmentAsync();
        await page.CheckAsync("input[name=view][value=coronal]", new PageCheckOptions { Force = true });
        var grounds = await page.EvaluateAsync<Dictionary<string, string>>(
            "() => Object.fromEntries([...document.querySelectorAll('input[name=view]')].map((input) => [input.value, getComputedStyle(input.nextElementSibling).backgroundColor]))");
        Assert.DoesNotContain(grounds["coronal"], grounds.Where(ground => ground.Key != "coronal").Select(ground => ground.Value));
        var edges = await page.EvaluateAsync<Dictionary<string, string>>("() => Object.fromEntries([...document.querySelectorAll('#jobs .job')].map((job) => [job.dataset.id, getComputedStyle(job).borderLeftWidth]))");
        Assert.NotEqual("0px", edges[job]);
        Assert.All(edges.Where(edge => edge.Key != job), edge => Assert.Equal("0px", edge.Value));
    }

    private static async Task AssertFitsAsync(IPage page, int width) => Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

    private static async Task AssertSoundAsync(IPage page)
    {
        var result = await page.RunAxe();
        Assert.Empty(result.Violations.Select(violation => $"{violation.Id}: {violation.Help} ({string.Join("; ", violation.Nodes.Select(node => node.Html))})"));
        Assert.NotEmpty(result.Passes);
    }

    private static async Task TabToAsync(IPage page, string id)
    {
        for (var tries = 0; tries < 60; tries++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string>("document.activeElement.id") == id)
                return;
        }

        Assert.Fail($"The keyboard does not reach #{id}.");
    }

    [GeneratedRegex("^Of 2 ways measured for this model, the quickest, ")]
    private static partial Regex QuickestWay();
}
