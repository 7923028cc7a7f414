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
        await UntilAsync(() => service.Spans.Ended.Any(span => span.OperationName == "read"));
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
        await using var service = await TestService.StartAsync(("Sassnet:Requests:TimeLimit", "00:00:00.400"));
        using var response = await service.SegmentAsync(Scan.Large, "?inference=window");
        Assert.Contains("0.4 s", await ProblemAssert.IsAsync(response, 504, "time-limit"), StringComparison.Ordinal);
        await service.AssertNoFilesLeftAsync();
        await service.AssertStillServesAsync();
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var tries = 0; tries < 500 && !holds(); tries++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.True(holds());
    }
}
