using Microsoft.Playwright;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Sassnet.Api.Tests.Page;

/// <summary>What passes by itself, the page waits for: a caller's limits, and answers that are cut off.</summary>
[Collection(PageService.Name)]
public sealed class PatiencePageTests(PageService service)
{
    [Fact]
    public async Task A_caller_that_may_have_one_request_at_once_sees_what_was_made()
    {
        await using var narrow = await TestService.StartAsync(("Sassnet:Limits:ConcurrentRequests", "1"));
        var id = await narrow.Client.SubmittedAsync(Scan.Small, "?output=all");
        (await narrow.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.Chromium.OpenAsync(new Uri(narrow.Address, $"#job={id}"));
        Assert.Equal(id, await open.ShownAsync());
        await Expect(open.Page.Locator("#figures")).ToBeVisibleAsync();
        await Expect(open.Page.Locator($"#jobs .job[data-id='{id}']")).ToContainTextAsync("done");
        await Expect(open.Page.Locator("#quality-hint")).Not.ToBeEmptyAsync();
        await Expect(open.Page.Locator("#problem")).ToBeEmptyAsync();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Results_are_fetched_one_after_the_other_and_a_refusal_that_passes_is_waited_for(int status)
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=all");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.OpenAsync();
        var page = open.Page;
        var (atOnce, most, refusals) = (0, 0, 0);
        await page.RouteAsync("**/results/*", async route =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            var isRefused = route.Request.Url.EndsWith("/probability", StringComparison.Ordinal) && refusals++ == 0;
            var answer = await route.FetchAsync();
            Interlocked.Decrement(ref atOnce);
            await route.FulfillAsync(isRefused
                ? new RouteFulfillOptions { Status = status, Headers = new Dictionary<string, string> { ["Retry-After"] = "1" }, Body = string.Empty }
                : new RouteFulfillOptions { Response = answer });
        });
        await page.ClickAsync($"#jobs .job[data-id='{id}']");
        Assert.Equal(id, await open.ShownAsync());
        Assert.Equal(2, refusals);
        Assert.Equal(1, most);
        await Expect(page.Locator("#problem")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task An_answer_that_is_cut_off_is_one_of_a_service_that_cannot_be_reached_and_is_asked_for_again()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=all");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.Chromium.OpenAsync(new Uri("about:blank"));
        var page = open.Page;
        await page.AddInitScriptAsync("""
            const ask = window.fetch
            let cuts = 0
            window.fetch = async (...all) => {
              const answer = await ask(...all)
              if (!String(all[0]).endsWith('/results/image') || cuts++ > 0) return answer
              return new Response(new ReadableStream({ start: (body) => body.error(new TypeError('network error')) }), answer)
            }
            """);
        await open.GoToAsync(new Uri(service.Service.Address, $"#job={id}"));
        await Expect(page.Locator("#problem")).ToContainTextAsync("The service cannot be reached");
        Assert.Equal(id, await open.ShownAsync());
        await Expect(page.Locator("#problem")).ToBeEmptyAsync();
    }

    [Fact]
    public async Task A_result_that_is_gone_ends_the_waiting_and_no_more_are_asked_for()
    {
        var id = await service.Service.Client.SubmittedAsync(Scan.Small, "?output=all");
        (await service.Service.Client.WaitAsync(id)).AssertSucceeded();
        await using var open = await service.OpenAsync();
        var page = open.Page;
        var asked = new List<string>();
        await page.RouteAsync("**/results/*", route =>
        {
            var output = route.Request.Url.Split('/').Last();
            asked.Add(output);
            return output != "segmentation" ? route.ContinueAsync() : route.FulfillAsync(new RouteFulfillOptions { Status = 404, Body = string.Empty });
        });
        await page.ClickAsync($"#jobs .job[data-id='{id}']");
        await Expect(page.Locator("#problem")).ToContainTextAsync("HTTP 404");
        await Expect(page.Locator("#progress")).ToBeHiddenAsync();
        Assert.Equal(["report", "image", "segmentation"], asked);
    }

    [Fact]
    public async Task The_longer_a_job_takes_the_less_often_the_page_asks_how_far_it_is()
    {
        await using var slow = await TestService.StartAsync();
        var id = await slow.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await slow.Client.WaitAsync(id, "running");
        await using var open = await service.Chromium.OpenAsync(new Uri("about:blank"));
        var page = open.Page;
        var asked = 0;
        page.Request += (_, request) => asked += request.Url.EndsWith($"/jobs/{id}", StringComparison.Ordinal) ? 1 : 0;

        // A hundred seconds pass for the page in one.
        await page.AddInitScriptAsync("const start = Date.now(); performance.now = () => (Date.now() - start) * 100");
        await open.GoToAsync(new Uri(slow.Address, $"#job={id}"));
        await Expect(page.Locator("#progress-text")).ToContainTextAsync("Segmenting");
        await Task.Delay(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken);
        Assert.InRange(asked, 1, 3);
        (await slow.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}")).Dispose();
    }
}
