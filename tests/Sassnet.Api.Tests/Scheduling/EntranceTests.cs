using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Models;
using Sassnet.Api.Scheduling;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Scheduling;

public sealed class EntranceTests
{
    [Fact]
    public async Task What_could_not_be_served_in_time_is_refused_before_its_body()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Queue:MaxWait", "00:00:30"));
        var model = service.Services.GetRequiredService<ModelCatalogue>().Default;
        model.Pace.Learn(new ScanSize(1000, "test"), TimeSpan.FromMinutes(10));
        using var running = ScheduledScan.Send(service, blocked: "infer");
        await running.BegunAsync("infer");
        using var waiting = ScheduledScan.Send(service, blocked: "prepare");
        await waiting.BegunAsync("prepare");
        using (var client = await RawConnection.OpenAsync(service))
        {
            await client.SendHeadAsync("/segment", "Content-Length: 1000000000");
            var answer = await client.ReadAnswerAsync();
            Assert.StartsWith("HTTP/1.1 503", answer, StringComparison.Ordinal);
            Assert.Contains("urn:sassnet:problem:queue-full", answer, StringComparison.Ordinal);
            Assert.Contains("and a request may wait 30 s here", answer, StringComparison.Ordinal);
            Assert.Contains("\r\nRetry-After: ", answer, StringComparison.Ordinal);
        }

        running.Release("infer");
        waiting.Release("prepare");
        await Task.WhenAll(running.Run, waiting.Run);
        await service.AssertStillServesAsync();
    }

    [Fact]
    public void Who_has_nothing_waiting_is_told_of_one_turn_of_the_others_and_not_of_all()
    {
        var (backlog, many, one) = (new Backlog(TimeProvider.System, devices: 1), new Flow("many"), new Flow("one"));
        for (var number = 0; number < 20; number++)
            backlog.Add(many, TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(200), backlog.Ahead(many));
        Assert.Equal(TimeSpan.FromSeconds(10), backlog.Ahead(one));
        backlog.Add(one, TimeSpan.FromSeconds(15));
        Assert.Equal(TimeSpan.FromSeconds(15 + 25), backlog.Ahead(one));
    }
}
