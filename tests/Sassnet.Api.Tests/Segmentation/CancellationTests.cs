using System.Net;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

public sealed class CancellationTests
{
    [Fact]
    public async Task A_client_that_goes_away_stops_its_inference_between_windows()
    {
        await using var service = await TestService.StartAsync();
        service.Spans.Ended.Clear();
        using (var leaving = new CancellationTokenSource())
        {
            var request = service.Client.PostAsync("/segment?inference=window", new ByteArrayContent(Scan.Large), leaving.Token);
            await UntilAsync(() => service.Spans.Ended.Any(span => span.OperationName == "read"));
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        await UntilAsync(() => service.Logs.Lines.Any(line => line.Contains("POST /segment answered 499", StringComparison.Ordinal)));
        Assert.DoesNotContain(service.Spans.Ended, span => span.OperationName == "write");
        await service.AssertNoFilesLeftAsync();
        await service.AssertStillServesAsync();
    }

    [Fact]
    public async Task A_client_that_goes_away_while_it_waits_gives_its_place_free()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Queue:Length", "1"));
        service.Spans.Ended.Clear();
        var running = service.SegmentAsync(Scan.Large, "?inference=window");
        await UntilAsync(() => service.Spans.Ended.Any(span => span.OperationName == "wait"));
        using (var leaving = new CancellationTokenSource())
        {
            var waiting = service.Client.PostAsync("/segment", new ByteArrayContent(Scan.Small), leaving.Token);
            await UntilAsync(() => service.Spans.Ended.Count(span => span.OperationName == "receive") == 2);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        await UntilAsync(() => service.Logs.Lines.Any(line => line.Contains("POST /segment answered 499", StringComparison.Ordinal)));
        using var next = await service.SegmentAsync(Scan.Small);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        using var first = await running;
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await service.AssertNoFilesLeftAsync();
    }

    [Fact]
    public async Task A_request_beyond_the_time_limit_is_504()
    {
        // Far below what the scan takes, and far above what the small one takes that shows that the service goes on.
        await using var service = await TestService.StartAsync(("Sassnet:Requests:TimeLimit", "00:00:05"));
        using var response = await service.SegmentAsync(Scan.Endless, "?inference=window");
        Assert.Contains("within 5 s", await ProblemAssert.IsAsync(response, 504, "time-limit"), StringComparison.Ordinal);
        await service.AssertNoFilesLeftAsync();
        await service.AssertStillServesAsync();
    }

    [Fact]
    public async Task An_answer_that_has_begun_is_sent_to_its_end_whatever_the_time_limit()
    {
        var limit = TimeSpan.FromSeconds(15);
        await using var service = await TestService.StartAsync(("Sassnet:Requests:TimeLimit", limit.ToString()));

        // So fine a grid that the network, which has its own, has little to do, and the limit is far above what the whole takes.
        var scan = Scan.Gzipped(160, 160, 96, scale: 0.5);

        using var client = NarrowClient.To(service);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/segment?inference=whole&output=probability") { Content = new ByteArrayContent(scan) };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Task.Delay(limit, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(response.Content.Headers.ContentLength, answer.Length);
        Assert.True(answer.Length > 6_000_000, $"{answer.Length} bytes could all lie in the sockets' buffers");
    }

    [Fact]
    public async Task A_client_that_goes_away_while_its_answer_is_written_stops_the_writing()
    {
        await using var service = await TestService.StartAsync();
        service.Spans.Ended.Clear();
        var scan = Scan.Gzipped(192, 192, 96);
        using (var leaving = new CancellationTokenSource())
        {
            var request = service.Client.PostAsync("/segment?inference=whole&output=all", new ByteArrayContent(scan), leaving.Token);

            // It is computed beside the writing of what comes first in the archive; the surface is written after three volumes.
            await UntilAsync(() => service.Spans.Ended.Any(span => span.OperationName == "distance"));
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        await UntilAsync(() => service.Logs.Lines.Any(line => line.Contains("POST /segment answered 499", StringComparison.Ordinal)));
        var written = service.Spans.Ended.Single(span => span.OperationName == "write").Events.Select(output => output.Name).ToList();
        Assert.Contains("segmentation", written);
        Assert.DoesNotContain("surface", written);
        await service.AssertNoFilesLeftAsync();
        await service.AssertStillServesAsync();
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var tries = 0; tries < 3000 && !holds(); tries++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.True(holds());
    }
}
