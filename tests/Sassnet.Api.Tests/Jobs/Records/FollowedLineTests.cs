using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Records;

public sealed class FollowedLineTests
{
    [Fact]
    public async Task All_who_follow_their_jobs_share_a_look_for_half_a_second()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var service = await TestService.StartAsync();
        var running = await service.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await service.Client.WaitAsync(running, "running");
        var first = await service.Client.SubmittedAsync(Scan.Small);
        var second = await service.Client.SubmittedAsync(Scan.Small);

        var clock = new ManualClock();
        var database = service.Services.GetRequiredService<JobDatabase>();
        var line = new FollowedLine(database, clock);
        var job = await database.UseAsync(db => db.Jobs.AsNoTracking().SingleAsync(record => record.Id == second, cancelled), cancelled);

        // The look is the other caller's.
        await line.OfAsync("another", cancelled);
        Assert.Equal(2, await PositionAsync());

        using (await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{first}"))
            Assert.Equal(1, (await service.Client.JobAsync(second)).GetProperty("position").GetInt32());
        clock.Seconds = 0.4;
        Assert.Equal(2, await PositionAsync());
        clock.Seconds = 0.5;
        Assert.Equal(1, await PositionAsync());

        using (await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{running}"))
            await service.Client.WaitAsync(running);

        async Task<int> PositionAsync() => (await line.OfAsync(job.Caller, cancelled)).PositionOf(job);
    }

    private sealed class ManualClock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => (long)(Seconds * TimeSpan.TicksPerSecond);
    }
}
