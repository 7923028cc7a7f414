using Sassnet.Api.Models;
using Sassnet.Api.Scheduling;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Scheduling;

public sealed class BacklogTests
{
    private static readonly Flow Someone = new("someone");

    private readonly ManualClock _clock = new();

    [Fact]
    public void What_runs_counts_with_what_is_left_of_it_and_what_waits_with_all()
    {
        var backlog = new Backlog(_clock, devices: 1);
        using var running = backlog.Add(Someone, Seconds(10));
        using var waiting = backlog.Add(Someone, Seconds(4));
        using var another = backlog.Add(Someone, Seconds(3));
        running.Begin();
        _clock.Advance(Seconds(4));
        Assert.Equal((Seconds(6), Seconds(13)), backlog.Remaining());
    }

    [Fact]
    public void What_has_ended_or_was_given_up_no_longer_counts()
    {
        var backlog = new Backlog(_clock, devices: 1);
        var running = backlog.Add(Someone, Seconds(10));
        var waiting = backlog.Add(Someone, Seconds(4));
        running.Begin();
        running.Dispose();
        Assert.Equal((TimeSpan.Zero, Seconds(4)), backlog.Remaining());
        waiting.Dispose();
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), backlog.Remaining());
    }

    [Fact]
    public void What_takes_longer_than_expected_is_not_taken_to_end_at_once()
    {
        var backlog = new Backlog(_clock, devices: 1);
        using var running = backlog.Add(Someone, Seconds(1));
        running.Begin();
        _clock.Advance(Seconds(40));
        Assert.Equal(Seconds(10), backlog.Remaining().Running);
    }

    [Fact]
    public void What_is_learnt_of_a_running_job_replaces_the_guess()
    {
        var backlog = new Backlog(_clock, devices: 1);
        using var running = backlog.Add(Someone, Seconds(1));
        running.Begin();
        _clock.Advance(Seconds(5));
        running.Expect(fromNow: Seconds(60));
        _clock.Advance(Seconds(20));
        Assert.Equal(Seconds(40), backlog.Remaining().All);
    }

    [Theory]
    [InlineData(2, 2, 0.7, 2)]
    [InlineData(0, 0, 0.5, 1)]
    [InlineData(2, 12, 0, 2)]
    [InlineData(2, 12, 0.5, 7)]
    [InlineData(2, 12, 1, 12)]
    [InlineData(0.2, 1.1, 0.9, 2)]
    [InlineData(100, 4000, 0.9, 300)]
    public void Clients_are_spread_from_the_first_place_that_becomes_free_to_the_last(double running, double all, double chance, double expected) =>
        Assert.Equal(Seconds(expected), RetryEstimate.Between(Seconds(running), Seconds(all), chance));

    [Fact]
    public void A_small_job_is_not_expected_to_take_as_long_as_the_large_one_before_it()
    {
        var pace = new ScanPace();
        pace.Learn(new ScanSize(30_000_000, "window"), Seconds(30));
        Assert.InRange(pace.Expect(new ScanSize(300_000, "window")), Seconds(0.3), Seconds(0.5));
        Assert.InRange(pace.Expect(new ScanSize(60_000_000, "window")), Seconds(59), Seconds(61));
    }

    [Fact]
    public void Jobs_of_another_kind_keep_a_pace_of_their_own()
    {
        var pace = new ScanPace();
        for (var job = 0; job < 5; job++)
        {
            pace.Learn(new ScanSize(10_000_000, "window"), Seconds(40));
            pace.Learn(new ScanSize(10_000_000, "whole"), Seconds(2));
        }

        Assert.InRange(pace.Expect(new ScanSize(10_000_000, "window")), Seconds(39), Seconds(41));
        Assert.InRange(pace.Expect(new ScanSize(10_000_000, "whole")), Seconds(1.9), Seconds(2.1));
    }

    [Fact]
    public void The_newest_jobs_count_most()
    {
        var pace = new ScanPace();
        for (var job = 0; job < 20; job++)
            pace.Learn(new ScanSize(1_000_000, "whole"), Seconds(1));
        for (var job = 0; job < 6; job++)
            pace.Learn(new ScanSize(1_000_000, "whole"), Seconds(10));
        Assert.InRange(pace.Expect(new ScanSize(1_000_000, "whole")), Seconds(7), Seconds(10));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
