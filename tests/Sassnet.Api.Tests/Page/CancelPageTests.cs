using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>"Cancel" on the page, pressed at the worst of moments: it ends what goes on, and takes away nothing.</summary>
[Collection(PageService.Name)]
public sealed class CancelPageTests(PageService service)
{
    [Fact]
    public async Task Two_presses_of_cancel_cancel_a_job_once_and_leave_it_in_the_list()
    {
        await using var slow = await TestService.StartAsync();
        var id = await slow.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await using var open = await service.Chromium.OpenAsync(new Uri(slow.Address, $"#job={id}"));
        var page = open.Page;
        var asked = 0;
        page.Request += (_, request) =>
        {
            if (request.Method == "DELETE")
                Interlocked.Increment(ref asked);
        };
        await Expect(page.Locator("#cancel")).ToBeVisibleAsync();
        await page.EvaluateAsync("() => { const cancel = document.getElementById('cancel'); cancel.click(); cancel.click() }");
        await Expect(page.Locator("#problem")).ToContainTextAsync("cancelled");
        await Expect(page.Locator($"#jobs .job[data-id='{id}']")).ToContainTextAsync("cancelled");
        Assert.Equal("cancelled", (await slow.Client.JobAsync(id)).State());
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_job_that_has_succeeded_as_it_is_cancelled_is_shown_and_not_removed()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=all");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.OpenAsync();
        var page = open.Page;

        // What the page knows is older than what it asks for.
        var isOld = true;
        await page.RouteAsync($"**/jobs/{id}*", async route =>
        {
            isOld &= route.Request.Method != "DELETE";
            var answer = await route.FetchAsync();
            var job = JsonNode.Parse(await answer.TextAsync())!;
            if (isOld)
                (job["state"], job["ended"], job["progress"]) = ("running", null, 0.4);
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = job.ToJsonString() });
        });
        await page.ClickAsync($"#jobs .job[data-id='{id}']");
        await Expect(page.Locator("#progress-text")).ToContainTextAsync("Segmenting");
        await page.ClickAsync("#cancel");
        Assert.Equal(id, await open.ShownAsync());
        (await service.Service.Client.JobAsync(id)).AssertSucceeded();
    }

    [Fact]
    public async Task A_cancel_that_is_refused_is_told_as_long_as_the_job_goes_on()
    {
        await using var slow = await TestService.StartAsync();
        var id = await slow.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await using var open = await service.Chromium.OpenAsync(slow.Address);
        var page = open.Page;
        await page.RouteAsync("**/jobs/*", route => route.Request.Method != "DELETE" ? route.ContinueAsync() : route.FulfillAsync(new RouteFulfillOptions
        {
            Status = 429,
            ContentType = "application/problem+json",
            Body = JsonSerializer.Serialize(new { title = "Too many", status = 429, detail = "Later." }),
        }));
        await page.ClickAsync($"#jobs .job[data-id='{id}']");
        await Expect(page.Locator("#cancel")).ToBeVisibleAsync();
        await page.ClickAsync("#cancel");
        await Expect(page.Locator("#problem")).ToContainTextAsync("Too many");

        // Two rounds of asking how far it is.
        await page.WaitForResponseAsync($"**/jobs/{id}");
        await page.WaitForResponseAsync($"**/jobs/{id}");
        await Expect(page.Locator("#problem")).ToContainTextAsync("Too many");
        await Expect(page.Locator("#progress")).ToBeVisibleAsync();
        (await slow.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}")).Dispose();
    }

    [Fact]
    public async Task Cancel_while_a_result_is_fetched_leaves_the_job_and_fetches_nothing_again()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=all");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.OpenAsync();
        var page = open.Page;
        var asked = 0;
        await page.RouteAsync("**/results/**", _ =>
        {
            Interlocked.Increment(ref asked);
            return Task.CompletedTask;
        });
        await page.ClickAsync($"#jobs .job[data-id='{id}']");
        await Expect(page.Locator("#progress-text")).ToContainTextAsync("Fetching the result");
        var before = asked;
        await page.ClickAsync("#cancel");
        await Expect(page.Locator("#welcome")).ToBeVisibleAsync();
        await Expect(page.Locator("#progress")).ToBeHiddenAsync();
        Assert.DoesNotContain(id, page.Url, StringComparison.Ordinal);
        Assert.Equal(before, asked);
        (await service.Service.Client.JobAsync(id)).AssertSucceeded();
    }

    [Fact]
    public async Task A_job_is_cancelled_and_removed_from_the_page()
    {
        await using var slow = await TestService.StartAsync();
        var before = await slow.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await using var open = await service.Chromium.OpenAsync(slow.Address);
        var page = open.Page;
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
        await page.SetInputFilesAsync("#files", new FilePayload { Name = "scan.nii", MimeType = "application/octet-stream", Buffer = Scan.Small });
        await page.ClickAsync("#start");
        await page.WaitForFunctionAsync("() => location.hash.startsWith('#job=')");
        var id = new Uri(page.Url).Fragment["#job=".Length..];
        await page.ClickAsync("#cancel");
        await Expect(page.Locator("#problem")).ToContainTextAsync("cancelled");
        Assert.Equal("cancelled", (await slow.Client.JobAsync(id)).State());
        var item = page.Locator("#jobs li").Filter(new LocatorFilterOptions { Has = page.Locator($".job[data-id='{id}']") });
        await item.Locator(".remove").ClickAsync();
        await Expect(item).ToHaveCountAsync(0);
        using var gone = await slow.Client.CallAsync(HttpMethod.Get, $"/jobs/{id}");
        await ProblemAssert.IsAsync(gone, 404, "unknown-job");
        (await slow.Client.CallAsync(HttpMethod.Delete, $"/jobs/{before}")).Dispose();
    }
}
