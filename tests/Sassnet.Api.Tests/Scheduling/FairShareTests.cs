using Sassnet.Api.Scheduling;
using Xunit;

namespace Sassnet.Api.Tests.Scheduling;

/// <summary>Who comes first, with made-up times: one device, and so many scans admitted ahead of it.</summary>
public sealed class FairShareTests
{
    private readonly FairShare _share = new();
    private readonly List<Claim> _waiting = [];
    private readonly List<Claim> _admitted = [];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_first_scan_of_another_caller_is_next_or_next_but_one_however_many_one_has_sent(int ahead)
    {
        for (var number = 0; number < 20; number++)
            Send("many", arrival: 0, expected: 2);
        Assert.Equal(["many", "many", "many"], Run(3, ahead));
        Send("one", arrival: 6, expected: 2);
        Assert.Contains("one", Run(2, ahead));
    }

    [Fact]
    public void Device_time_is_shared_and_not_the_number_of_scans()
    {
        for (var number = 0; number < 100; number++)
        {
            Send("large", arrival: 0, expected: 10);
            Send("small", arrival: 0, expected: 1);
        }

        var ran = Run(77, ahead: 2);
        Assert.InRange(ran.Count(flow => flow == "small"), 65, 75);
        Assert.InRange(ran.Count(flow => flow == "large"), 6, 8);
    }

    [Fact]
    public void What_was_expected_is_replaced_by_what_it_took()
    {
        for (var number = 0; number < 100; number++)
        {
            Send("slower than it seems", arrival: 0, expected: 1);
            Send("as it seems", arrival: 0, expected: 1);
        }

        var ran = Run(40, ahead: 1, flow => flow == "as it seems" ? 1 : 9);
        Assert.InRange(ran.Count(flow => flow == "slower than it seems"), 3, 6);
    }

    [Fact]
    public void Whoever_comes_after_a_pause_begins_where_the_others_are()
    {
        Send("back", arrival: 0, expected: 1);
        for (var number = 0; number < 40; number++)
            Send("steady", arrival: 0, expected: 1);
        Run(21, ahead: 1);
        for (var number = 0; number < 20; number++)
            Send("back", arrival: 20, expected: 1);

        // Nineteen seconds were not used meanwhile; they are gone.
        Assert.InRange(Run(10, ahead: 1).Count(flow => flow == "back"), 4, 6);
    }

    [Fact]
    public void Jobs_come_after_everything_for_which_someone_waits()
    {
        for (var number = 0; number < 3; number++)
            Send("job", arrival: 0, expected: 1, Priority.Job);
        for (var number = 0; number < 3; number++)
            Send("interactive", arrival: 5, expected: 100);
        Assert.Equal(["interactive", "interactive", "interactive", "job", "job", "job"], Run(6, ahead: 1));
    }

    [Fact]
    public void A_small_scan_passes_a_large_one_of_its_caller_and_none_is_passed_for_ever()
    {
        var large = Send("one", arrival: 0, expected: 30);
        var ranAfter = 0;

        // So that there always is a small one that waits.
        Send("one", arrival: 0, expected: 1);
        Send("one", arrival: 0, expected: 1);
        for (var second = 1; _waiting.Contains(large); second++)
        {
            Send("one", arrival: second, expected: 1);
            Run(1, ahead: 1);
            ranAfter++;
        }

        Assert.InRange(ranAfter, 25, 32);
    }

    [Fact]
    public void A_scan_that_is_given_up_costs_its_caller_nothing()
    {
        var given = Send("one", arrival: 0, expected: 50);
        _share.Admit(given);
        _share.Settle(given, 0);
        _waiting.Clear();
        Send("one", arrival: 1, expected: 1);
        Send("other", arrival: 2, expected: 1);
        Assert.Equal(["one", "other"], Run(2, ahead: 1));
    }

    private Claim Send(string flow, double arrival, double expected, Priority priority = Priority.Interactive)
    {
        var claim = new Claim(new Flow(flow), priority, arrival, expected);
        _waiting.Add(claim);
        return claim;
    }

    /// <summary>Runs so many scans one after the other; returns whose they were.</summary>
    private List<string> Run(int count, int ahead, Func<string, double>? taken = null)
    {
        var ran = new List<string>();
        for (var number = 0; number < count; number++)
        {
            Admit(ahead);
            var next = _admitted.MinBy(FairShare.RankToRun)!;
            _admitted.Remove(next);
            _share.Run(next);
            Admit(ahead);
            _share.Settle(next, taken?.Invoke(next.Flow.Id) ?? next.Expected);
            ran.Add(next.Flow.Id);
        }

        return ran;
    }

    private void Admit(int ahead)
    {
        while (_admitted.Count < ahead && _waiting.MinBy(_share.RankToAdmit) is { } best)
        {
            _waiting.Remove(best);
            _share.Admit(best);
            _admitted.Add(best);
        }
    }
}
