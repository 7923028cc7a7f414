using Microsoft.Playwright;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>Whoever goes by the keyboard goes on where he is when what he was at goes away, and not from the top of the page.</summary>
[Collection(PageService.Name)]
public sealed class FocusTests(PageService service)
{
    [Fact]
    public async Task From_the_button_that_sends_over_the_progress_to_the_result()
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        var received = new TaskCompletionSource();
        await page.RouteAsync("**/jobs?**", async route =>
        {
            if (route.Request.Method == "POST")
                await received.Task;
            await route.ContinueAsync();
        });
        await page.ClickAsync("#pick-sample");
        await PressAsync(page, "#start");
        await Expect(page.Locator("#progress")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator("#cancel")).ToBeFocusedAsync();
        received.SetResult();
        await open.ShownAsync();
        await Expect(page.Locator("#progress")).ToBeHiddenAsync();
        await Expect(page.Locator("#result")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Back_to_the_button_that_sends_when_the_upload_is_cancelled()
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        await page.RouteAsync("**/jobs?**", route => route.Request.Method == "POST" ? Task.CompletedTask : route.ContinueAsync());
        await page.ClickAsync("#pick-sample");
        await PressAsync(page, "#start");
        await PressAsync(page, "#cancel");
        await Expect(page.Locator("#progress")).ToBeHiddenAsync();
        await Expect(page.Locator("#start")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task To_what_is_said_of_a_job_that_was_cancelled()
    {
        await using var slow = await TestService.StartAsync();
        var id = await slow.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await using var open = await service.Chromium.OpenAsync(new Uri(slow.Address, $"#job={id}"));
        await PressAsync(open.Page, "#cancel");
        await Expect(open.Page.Locator("#problem")).ToContainTextAsync("cancelled");
        await Expect(open.Page.Locator("#result")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task To_the_slider_when_the_trial_of_a_threshold_ends_and_to_the_result_when_another_is_opened()
    {
        await using var open = await service.OpenAsync();
        var page = open.Page;
        await page.ClickAsync("#pick-sample");
        await open.SegmentAsync();
        await page.Locator("#threshold").FillAsync("0.3");
        await PressAsync(page, "#threshold-reset");
        await Expect(page.Locator("#threshold-note")).ToBeHiddenAsync();
        await Expect(page.Locator("#threshold")).ToBeFocusedAsync();
        await page.GoBackAsync();
        await Expect(page.Locator("#viewer")).ToBeHiddenAsync();
        await Expect(page.Locator("#result")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task To_the_first_of_the_older_jobs_and_after_the_last_job_to_the_word_that_there_are_none()
    {
        await using var quick = await TestService.StartAsync();
        for (var count = 0; count < 11; count++)
            await quick.Client.WaitAsync(await quick.Client.SubmittedAsync(Scan.Small, "?output=report"));
        await using var open = await service.Chromium.OpenAsync(quick.Address);
        var page = open.Page;
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await PressAsync(page, "#older");
        await Expect(page.Locator("#jobs .job")).ToHaveCountAsync(11);
        await Expect(page.Locator("#jobs .job").Last).ToBeFocusedAsync();
        foreach (var id in await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('#jobs .job')].slice(1).map((job) => job.dataset.id)"))
            (await quick.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}")).Dispose();
        await PressAsync(page, "#jobs .remove >> nth=0");
        await Expect(page.Locator("#jobs li")).ToHaveCountAsync(0);
        await Expect(page.Locator("#no-jobs")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task To_the_choice_of_a_scan_when_a_key_was_taken()
    {
        await using var locked = await LockedService.StartAsync();
        await using var open = await service.Chromium.OpenAsync(locked.Service.Address);
        await open.Page.FillAsync("#key", locked.Key("segment jobs"));
        await open.Page.Keyboard.PressAsync("Enter");
        await Expect(open.Page.Locator("#locked")).ToBeHiddenAsync();
        await Expect(open.Page.Locator("#pick-files")).ToBeFocusedAsync();
    }

    private static async Task PressAsync(IPage page, string selector)
    {
        // What is hidden or disabled takes no focus, and nothing says so.
        await Expect(page.Locator(selector)).ToBeVisibleAsync();
        await Expect(page.Locator(selector)).ToBeEnabledAsync();
        await page.Locator(selector).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
    }
}
