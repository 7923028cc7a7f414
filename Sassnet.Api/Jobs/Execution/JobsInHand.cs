using System.Collections.Concurrent;

namespace Sassnet.Api.Jobs.Execution;

/// <summary>What this process receives and works on, and its name among the nodes: a new one for every start.</summary>
internal sealed class JobsInHand
{
    private readonly ConcurrentDictionary<string, JobInHand?> _jobs = [];

    /// <summary>This process.</summary>
    public string Node { get; } = Guid.NewGuid().ToString("N");

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<string> Ids => [.. _jobs.Keys];

    /// <summary>Those that are being worked on.</summary>
    public IReadOnlyList<JobInHand> Running => [.. _jobs.Values.OfType<JobInHand>()];

    /// <summary>Takes in hand a job that is being received.</summary>
    public void Receive(string id) => _jobs[id] = null;

    /// <summary>Takes in hand a job that is being worked on; an earlier attempt at it that this process has not ended yet is lost.</summary>
    public void Run(JobInHand job)
    {
        Lose(job.Id);
        _jobs[job.Id] = job;
    }

    /// <summary>Puts down one that was being received; since that is accepted, it may be worked on here by now, and is that then.</summary>
    public void PutDown(string id) => _jobs.TryRemove(new KeyValuePair<string, JobInHand?>(id, null));

    /// <summary>Puts down one that was being worked on, unless another attempt at it is in hand by now.</summary>
    public void PutDown(JobInHand job) => _jobs.TryRemove(new KeyValuePair<string, JobInHand?>(job.Id, job));

    /// <summary>Ends the work on a job that is not to be had any more; false where this process does none.</summary>
    public bool Lose(string id)
    {
        if (_jobs.GetValueOrDefault(id) is not { } job)
            return false;
        job.Lose();
        return true;
    }
}

/// <summary>A job that this process works on; takes note of how far it is.</summary>
/// <param name="id">Its id.</param>
/// <param name="attempt">Which attempt this is, from 1.</param>
internal sealed class JobInHand(string id, int attempt) : IProgress<double>, IDisposable
{
    private readonly CancellationTokenSource _lost = new();
    private double _progress;

    public string Id { get; } = id;

    public int Attempt { get; } = attempt;

    /// <summary>0 to 1.</summary>
    public double Progress => Volatile.Read(ref _progress);

    /// <summary>Cancelled when the job is another's, or nobody's.</summary>
    public CancellationToken Lost => _lost.Token;

    public void Report(double value) => Volatile.Write(ref _progress, value);

    /// <summary>Ends the work on it; without effect where that has just ended by itself.</summary>
    public void Lose()
    {
        try
        {
            _lost.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Nothing is left to end.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lost.Dispose();
}

/// <summary>Wakes what waits for jobs.</summary>
internal sealed class JobSignal : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0);

    public void Set()
    {
        if (_signal.CurrentCount == 0)
            _signal.Release();
    }

    public Task WaitAsync(TimeSpan longest, CancellationToken cancellation) => _signal.WaitAsync(longest, cancellation);

    /// <inheritdoc/>
    public void Dispose() => _signal.Dispose();
}
