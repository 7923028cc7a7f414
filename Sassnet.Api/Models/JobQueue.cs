namespace Sassnet.Api.Models;

/// <summary>The jobs that wait for one model, first come, first served, a bounded number. A job that is cancelled leaves its place at once.</summary>
internal sealed class JobQueue(int capacity)
{
    // A monitor, not a Lock: the model's thread waits on it.
    private readonly object _lock = new();
    private readonly LinkedList<Job> _jobs = new();
    private bool _closed;

    /// <summary>The number of jobs that wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _jobs.Count;
        }
    }

    /// <summary>Whether no further job would be taken.</summary>
    public bool IsFull => Count >= capacity;

    /// <summary>Adds a job at the end; false when the queue is full or closed.</summary>
    public bool TryAdd(Job job)
    {
        lock (_lock)
        {
            if (_closed || _jobs.Count >= capacity)
                return false;
            _jobs.AddLast(job);
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>Takes a job out before its turn; false when its turn has come already.</summary>
    public bool Remove(Job job)
    {
        lock (_lock)
            return _jobs.Remove(job);
    }

    /// <summary>Waits for the next job, blocking the calling thread; null once the queue is closed.</summary>
    public Job? Take()
    {
        lock (_lock)
        {
            while (true)
            {
                if (_closed)
                    return null;
                if (_jobs.First is { } first)
                {
                    _jobs.RemoveFirst();
                    return first.Value;
                }

                Monitor.Wait(_lock);
            }
        }
    }

    /// <summary>Takes no more jobs and gives back those that waited.</summary>
    public IReadOnlyList<Job> Close()
    {
        lock (_lock)
        {
            _closed = true;
            var left = _jobs.ToList();
            _jobs.Clear();
            Monitor.Pulse(_lock);
            return left;
        }
    }
}
