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
}
