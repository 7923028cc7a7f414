using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>The list of jobs on the page, however old it is and however it is used.</summary>
[Collection(PageService.Name)]
public sealed partial class JobListTests(PageService service)
{
    [Fact]
    public async Task A_job_that_ended_while_the_list_said_that_it_ran_is_not_removed_by_who_cancels_it()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=report");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.Chromium.OpenAsync(new Uri("about:blank"));
        var page = open.Page;

        // The list is as old as the page.
        await page.RouteAsync("**/jobs?**", async route =>
        {
            var answer = await route.FetchAsync();
            var text = (await answer.TextAsync()).Replace("\"succeeded\"", "\"running\"", StringComparison.Ordinal);
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = EndRemoved().Replace(text, "\"ended\":null") });
        });
        await open.GoToAsync(service.Service.Address);
        var asked = new TaskCompletionSource<string>();
        page.Dialog += (_, dialog) =>
        {
            asked.TrySetResult(dialog.Message);
            _ = dialog.AcceptAsync();
        };
        var item = page.Locator("#jobs li").Filter(new LocatorFilterOptions { Has = page.Locator($".job[data-id='{id}']") });
        await Expect(item).ToContainTextAsync("running");
        await page.RunAndWaitForResponseAsync(() => item.Locator(".remove").ClickAsync(), answer => answer.Request.Method == "GET" && answer.Url.Contains("jobs?", StringComparison.Ordinal));
        Assert.Equal("Cancel this job?", await asked.Task);
        (await service.Service.Client.JobAsync(id)).AssertSucceeded();
    }

    [Fact]
    public async Task A_job_whose_result_did_not_come_is_opened_again_from_the_list()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=report");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.OpenAsync();
        var page = open.Page;
        await page.RouteAsync("**/results/**", route => route.AbortAsync());
        await page.ClickAsync($"#jobs .job[data-id='{id}']");
        await Expect(page.Locator("#problem")).ToContainTextAsync("The service cannot be reached");
        await page.UnrouteAllAsync();
        await page.ClickAsync($"#jobs .job[data-id='{id}']");
        await Expect(page.Locator("#figures")).ToBeVisibleAsync();
        await Expect(page.Locator("#problem")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task Older_jobs_that_are_asked_for_twice_are_listed_once()
    {
        await using var quick = await TestService.StartAsync();
        for (var count = 0; count < 12; count++)
            await quick.Client.SubmittedAsync(Scan.Small, "?output=report");
        await using var open = await service.Chromium.OpenAsync(quick.Address);
        var page = open.Page;
        await page.Locator("#older").DblClickAsync();
        await Expect(page.Locator("#older")).ToBeHiddenAsync();
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        var listed = await page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('#jobs .job')].map((job) => job.dataset.id)");
        Assert.Equal(12, listed.Length);
        Assert.Equal(12, listed.Distinct().Count());
    }

    [Fact]
    public async Task The_focus_stays_in_the_list_when_a_job_is_removed()
    {
        await using var quick = await TestService.StartAsync();
        for (var count = 0; count < 3; count++)
            await quick.Client.WaitAsync(await quick.Client.SubmittedAsync(Scan.Small, "?output=report"));
        await using var open = await service.Chromium.OpenAsync(quick.Address);
        var page = open.Page;
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await Expect(page.Locator("#jobs li")).ToHaveCountAsync(3);
        var next = await page.Locator("#jobs .job").Nth(1).GetAttributeAsync("data-id");
        await page.Locator("#jobs .remove").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#jobs li")).ToHaveCountAsync(2);
        Assert.Equal(next, await page.EvaluateAsync<string?>("() => document.activeElement.closest('li')?.querySelector('.job').dataset.id ?? null"));
    }

    [Fact]
    public async Task A_job_that_is_removed_while_it_is_open_leaves_nothing_on_the_page()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=all");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, $"#job={id}"));
        var page = open.Page;
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await open.ShownAsync();
        var item = page.Locator("#jobs li").Filter(new LocatorFilterOptions { Has = page.Locator($".job[data-id='{id}']") });
        await item.Locator(".remove").ClickAsync();
        await Expect(item).ToHaveCountAsync(0);
        foreach (var section in (string[])["#viewer", "#figures", "#downloads"])
            await Expect(page.Locator(section)).ToBeHiddenAsync();
        await Expect(page.Locator("#welcome")).ToBeVisibleAsync();
        await Expect(page.Locator("#problem")).ToBeEmptyAsync();
        Assert.Equal(service.Service.Address.ToString(), page.Url);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_that_ends_before_the_page_has_seen_it_wait_is_listed_as_done_also_where_the_older_list_comes_last(bool isLate)
    {
        await using var quick = await TestService.StartAsync();
        await using var open = await service.Chromium.OpenAsync(quick.Address);
        var page = open.Page;
        await Expect(page.Locator("#model option")).Not.ToHaveCountAsync(0);
        var (isSent, lists) = (false, 0);
        var listedAnew = new TaskCompletionSource();
        await page.RouteAsync("**/jobs?**", async route =>
        {
            isSent |= route.Request.Method == "POST";
            var number = isSent && route.Request.Method == "GET" ? ++lists : 0;
            var answer = await route.FetchAsync();
            var body = await answer.TextAsync();
            if (number == 1)
            {
                var list = JsonNode.Parse(body)!;
                (list["jobs"]![0]!["state"], list["jobs"]![0]!["ended"]) = ("queued", null);
                body = list.ToJsonString();
                if (isLate)
                    await listedAnew.Task;
            }

            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = body });
            if (number > 1)
                listedAnew.TrySetResult();
        });
        await page.RouteAsync(OneJob(), async route =>
        {
            await quick.Client.WaitAsync(route.Request.Url.Split('/').Last());
            await route.ContinueAsync();
        });
        await page.SetInputFilesAsync("#files", new FilePayload { Name = "scan.nii", MimeType = "application/octet-stream", Buffer = Scan.Small });
        var id = await open.SegmentAsync();
        await Expect(page.Locator($"#jobs .job[data-id='{id}']")).ToContainTextAsync("done");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await open.DrawnAsync();
        await Expect(page.Locator($"#jobs .job[data-id='{id}']")).ToContainTextAsync("done");
    }

    [Fact]
    public async Task A_job_that_is_gone_already_counts_as_removed()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=report");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, $"#job={id}"));
        var page = open.Page;
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await Expect(page.Locator("#figures")).ToBeVisibleAsync();
        var item = page.Locator("#jobs li").Filter(new LocatorFilterOptions { Has = page.Locator($".job[data-id='{id}']") });
        await Expect(item).ToContainTextAsync("done");
        (await service.Service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}")).Dispose();
        await item.Locator(".remove").ClickAsync();
        await Expect(item).ToHaveCountAsync(0);
        await Expect(page.Locator("#welcome")).ToBeVisibleAsync();
        await Expect(page.Locator("#problem")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task A_scan_that_is_the_job_which_is_open_already_is_shown_again()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=report");
        var job = await service.Service.Client.WaitAsync(id);
        await using var open = await service.Chromium.OpenAsync(new Uri(service.Service.Address, $"#job={id}"));
        var page = open.Page;
        await Expect(page.Locator("#figures")).ToBeVisibleAsync();

        // As the service answers what was sent before under the same key.
        await page.RouteAsync("**/jobs?**", route => route.Request.Method != "POST"
            ? route.ContinueAsync()
            : route.FulfillAsync(new RouteFulfillOptions { Status = 202, ContentType = "application/json", Body = job.ToString() }));
        await page.SetInputFilesAsync("#files", new FilePayload { Name = "scan.nii", MimeType = "application/octet-stream", Buffer = Scan.Small });
        await page.ClickAsync("#start");
        await Expect(page.Locator("#selection")).Not.ToContainTextAsync("scan.nii");
        await Expect(page.Locator("#progress")).ToBeHiddenAsync();
        await Expect(page.Locator("#figures")).ToBeVisibleAsync();
    }

    [GeneratedRegex("/jobs/[^/?]+$")]
    private static partial Regex OneJob();

    [GeneratedRegex("\"ended\":\"[^\"]*\"")]
    private static partial Regex EndRemoved();
}
