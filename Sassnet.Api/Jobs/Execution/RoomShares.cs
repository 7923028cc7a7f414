namespace Sassnet.Api.Jobs.Execution;

/// <summary>A job and the room that it takes.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Caller">Whose it is.</param>
/// <param name="Bytes">Its files' bytes.</param>
/// <param name="MayGo">Whether it has ended, and nothing else speaks for it.</param>
internal sealed record StoredJob(string Id, string Caller, long Bytes, bool MayGo);

/// <summary>
/// Chooses the jobs that go before their time. Callers share the room: who holds the most gives first, as long as he holds more than the one who needs more would
/// then, and after that the latter himself; so nobody's results go by how much others send, and nobody's new ones while another's old ones fill the store.
/// </summary>
internal sealed class RoomShares
{
    private readonly Dictionary<string, long> _held;
    private readonly Dictionary<string, Queue<StoredJob>> _mayGo;
    private readonly List<string> _going = [];
    private long _taken;

    /// <param name="stored">All that take room, what ended first before what ended later.</param>
    public RoomShares(IReadOnlyList<StoredJob> stored)
    {
        _held = stored.GroupBy(job => job.Caller).ToDictionary(jobs => jobs.Key, jobs => jobs.Sum(job => job.Bytes));
        _mayGo = stored.Where(job => job.MayGo).GroupBy(job => job.Caller).ToDictionary(jobs => jobs.Key, jobs => new Queue<StoredJob>(jobs));
        _taken = _held.Values.Sum();
    }

    /// <summary>What goes where a caller needs room.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="bytes">How much he needs.</param>
    /// <param name="most">The room for all.</param>
    /// <param name="isOwnOnly">Whether only his own may go.</param>
    /// <returns>The jobs; null where there is no room even without them.</returns>
    public IReadOnlyList<string>? For(string caller, long bytes, long most, bool isOwnOnly)
    {
        _taken += bytes;
        _held[caller] = _held.GetValueOrDefault(caller) + bytes;
        while (_taken > most)
        {
            var giver = (isOwnOnly ? null : Largest(_held[caller])) ?? (_mayGo.ContainsKey(caller) ? caller : null);
            if (giver is null)
                return null;
            Give(giver);
        }

        return _going;
    }

    /// <summary>What goes, as far as it may, where more is stored than there is room for.</summary>
    /// <param name="most">The room for all.</param>
    public IReadOnlyList<string> Beyond(long most)
    {
        while (_taken > most && Largest(0) is { } giver)
            Give(giver);
        return _going;
    }

    private string? Largest(long above) => _mayGo.Keys.Where(caller => _held[caller] > above).MaxBy(caller => _held[caller]);

    private void Give(string giver)
    {
        var jobs = _mayGo[giver];
        var job = jobs.Dequeue();
        if (jobs.Count == 0)
            _mayGo.Remove(giver);
        _held[giver] -= job.Bytes;
        _taken -= job.Bytes;
        _going.Add(job.Id);
    }
}
