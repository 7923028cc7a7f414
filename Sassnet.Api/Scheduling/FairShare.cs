namespace Sassnet.Api.Scheduling;

/// <summary>What a scan asks of the devices, and where that puts it.</summary>
/// <param name="flow">Whose it is.</param>
/// <param name="priority">Its class.</param>
/// <param name="arrival">When it came, in seconds of any clock.</param>
/// <param name="expected">How long it is expected to take, in seconds.</param>
internal sealed class Claim(Flow flow, Priority priority, double arrival, double expected)
{
    /// <summary>Whose it is.</summary>
    public Flow Flow { get; } = flow;

    /// <summary>Its class.</summary>
    public Priority Priority { get; } = priority;

    /// <summary>How long it is expected to take, in seconds.</summary>
    public double Expected { get; } = expected;

    /// <summary>Its place among those of its flow: a small one passes a large one that came with it, none is passed for ever.</summary>
    public double Due { get; } = arrival + expected;

    /// <summary>The device time that its flow had used when it was admitted, in seconds.</summary>
    public double Start { get; set; }
}

/// <summary>
/// Shares device time between flows: whoever has used the least comes first, and whoever comes newly or after a pause begins where the others are, not at zero.
/// This is start-time fair queueing (Goyal, Vin and Cheng 1996) with flows of equal weight, within each class of priority. Not safe to use from several threads.
/// </summary>
internal sealed class FairShare
{
    private readonly Dictionary<(Priority Priority, Flow Flow), double> _used = [];
    private readonly Dictionary<Priority, double> _now = [];

    /// <summary>The order in which scans are admitted, the lowest first.</summary>
    public (Priority Priority, double Start, double Due) RankToAdmit(Claim claim) => (claim.Priority, StartOf(claim), claim.Due);

    /// <summary>The order in which admitted scans get a device, the lowest first.</summary>
    public static (Priority Priority, double Start, double Due) RankToRun(Claim claim) => (claim.Priority, claim.Start, claim.Due);

    /// <summary>Admits a scan: its flow is charged what is expected of it.</summary>
    public void Admit(Claim claim)
    {
        claim.Start = StartOf(claim);
        _used[(claim.Priority, claim.Flow)] = claim.Start + claim.Expected;
    }

    /// <summary>An admitted scan gets a device.</summary>
    public void Run(Claim claim)
    {
        var now = Math.Max(Now(claim.Priority), claim.Start);
        _now[claim.Priority] = now;

        // Of those who are behind, nothing need be known: they begin at the present.
        foreach (var (key, _) in _used.Where(flow => flow.Key.Priority == claim.Priority && flow.Value <= now).ToList())
            _used.Remove(key);
    }

    /// <summary>An admitted scan has ended: its flow is charged what it took instead of what was expected.</summary>
    /// <param name="claim">The scan.</param>
    /// <param name="seconds">The device time it took; 0 where it was given up before.</param>
    public void Settle(Claim claim, double seconds)
    {
        var key = (claim.Priority, claim.Flow);
        _used[key] = _used.GetValueOrDefault(key, claim.Start + claim.Expected) + seconds - claim.Expected;
    }

    private double StartOf(Claim claim) => Math.Max(Now(claim.Priority), _used.GetValueOrDefault((claim.Priority, claim.Flow)));

    private double Now(Priority priority) => _now.GetValueOrDefault(priority);
}
