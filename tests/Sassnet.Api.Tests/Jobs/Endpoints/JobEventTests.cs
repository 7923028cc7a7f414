using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Endpoints;

public sealed class JobEventTests(SharedService shared)
{
    private HttpClient Client => shared.Service.Client;

    [Fact]
    public async Task Events_tell_each_state_and_end_after_the_last_one()
    {
        var running = await Client.SubmittedAsync(Scan.Large, "?inference=window");
        var id = await Client.SubmittedAsync(Scan.Small);
        var events = await EventsAsync(id);
        Assert.All(events, item => Assert.Equal("job", item.EventType));
        Assert.All(events, item => Assert.Equal(id, item.Data.GetProperty("id").GetString()));
        var states = events.Select(item => item.Data.State()).ToList();
        Assert.Equal(("queued", "succeeded"), (states[0], states[^1]));
        Assert.Equal(states.Order(Comparer<string>.Create((left, right) => Rank(left) - Rank(right))), states);
        Assert.Equal(["segmentation"], events[^1].Data.Outputs());
        Assert.Equal((1, "end"), (events.Count(item => item.EventId is { Length: > 0 }), events[^1].EventId));
        await Client.WaitAsync(running);

        static int Rank(string state) => Array.IndexOf(["queued", "running", "succeeded"], state);
    }

    [Fact]
    public async Task HEAD_is_answered_at_once_and_not_after_the_last_event()
    {
        var id = await Client.SubmittedAsync(Scan.Endless, "?inference=window");
        using var head = await Client.CallAsync(HttpMethod.Head, $"/jobs/{id}/events");
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (head.StatusCode, head.Content.Headers.ContentType?.ToString()));
        Assert.Contains((await Client.JobAsync(id)).State(), (string[])["queued", "running"]);
        using (await Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}"))
            await Client.WaitAsync(id);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task A_proxy_is_told_to_hold_no_event_back(string method)
    {
        var id = await Client.SubmittedAsync(Scan.Small);
        await Client.WaitAsync(id);
        using var response = await Client.CallAsync(new HttpMethod(method), $"/jobs/{id}/events");
        Assert.Equal("no", Assert.Single(response.Headers.GetValues("X-Accel-Buffering")));
    }

    [Fact]
    public async Task Who_comes_back_hears_the_present_state_and_after_the_last_one_nothing()
    {
        var id = await Client.SubmittedAsync(Scan.Small);
        await Client.WaitAsync(id);
        Assert.Single(await EventsAsync(id)).Data.AssertSucceeded();
        Assert.Single(await EventsAsync(id, "7")).Data.AssertSucceeded();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/jobs/{id}/events") { Headers = { { "Last-Event-ID", "end" } } };
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task A_service_that_stops_does_not_wait_for_who_listens()
    {
        await using var service = await ServiceProcess.StartAsync(null);
        var id = await service.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        using var response = await service.Client.GetAsync($"/jobs/{id}/events", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await service.Client.WaitAsync(id, "running");
        service.SendTerminate();
        Assert.Equal(0, await service.ExitAsync());
    }

    private async Task<List<SseItem<JsonElement>>> EventsAsync(string id, string? last = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/jobs/{id}/events");
        if (last is not null)
            request.Headers.Add("Last-Event-ID", last);
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        await using var stream = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var events = new List<SseItem<JsonElement>>();
        await foreach (var item in SseParser.Create(stream, (_, data) => JsonSerializer.Deserialize<JsonElement>(data)).EnumerateAsync(TestContext.Current.CancellationToken))
            events.Add(item);
        return events;
    }
}
