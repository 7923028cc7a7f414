using Microsoft.Extensions.Options;
using Sassnet.Api.Models;
using Sassnet.Api.Problems;
using Sassnet.Api.Telemetry;

namespace Sassnet.Api.Scheduling;

/// <summary>
/// Leads scans past the devices: a bounded number waits, a few are decoded and prepared ahead, each device works on one, and those behind it are encoded. Who comes
/// first is decided twice, when a scan is admitted and when a device is free, by class, then fairly between flows (<see cref="Schedule"/>). Safe to use from
/// several threads.
/// </summary>
internal sealed class DeviceScheduler : IHostedService, IDisposable
{
    private static readonly TimeSpan LoadingGuess = TimeSpan.FromSeconds(5);
    private static readonly Flow Loading = new("loading");

    // Guards the schedule, what it keeps of each turn, the devices' loads and the last end; the other parts guard themselves. A monitor, not a Lock: the devices'
    // threads wait on it.
    private readonly object _lock = new();
    private readonly Schedule _schedule;
    private readonly KeptMemory _kept = new();
    private readonly Backlog _backlog;
    private readonly Entrance _entrance;
    private readonly QueueOptions _queue;
    private readonly SchedulingOptions _options;
    private readonly ServiceMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private int _isStopped;
    private long _lastEnd;

    public DeviceScheduler(
        IOptions<InferenceOptions> inference,
        IOptions<QueueOptions> queue,
        IOptions<SchedulingOptions> options,
        ServiceMetrics metrics,
        TimeProvider clock,
        ILogger<DeviceScheduler> logger)
    {
        (_queue, _options, _metrics, _clock) = (queue.Value, options.Value, metrics, clock);
        Devices = new Devices(
            [.. inference.Value.Devices.Select((device, index) => new DeviceWorker(this, index, inference.Value.ForSegmenter(device), clock, logger, _stopping.Token))]);
        _schedule = new Schedule(_options, Devices.Workers.Count);
        _backlog = new Backlog(clock, Devices.Workers.Count);
        _entrance = new Entrance(_queue, _backlog);
        Threads = new StageThreads(_options.ThreadCount);
    }

    /// <summary>The devices.</summary>
    public Devices Devices { get; }

    /// <summary>The scans that are on their way to a device, and the memory of all that are under way.</summary>
    public (int Waiting, int UnderWay, long MemoryBytes) Occupancy
    {
        get
        {
            lock (_lock)
                return (_schedule.Waiting.Count, _schedule.Count, _schedule.MemoryTaken);
        }
    }

    /// <summary>Runs the stages that need no device.</summary>
    internal StageThreads Threads { get; }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var worker in Devices.Workers)
            worker.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(Dispose, CancellationToken.None);

    /// <summary>Ends what runs between two windows, and all that waits; returns when no device is used any more.</summary>
    public void Dispose()
    {
        // The host's stop and the container's end both come here, perhaps at once; neither may go on while a device's thread still runs.
        var isFirst = Interlocked.Exchange(ref _isStopped, 1) == 0;
        if (isFirst)
        {
            _stopping.Cancel();
            lock (_lock)
                Monitor.PulseAll(_lock);
        }

        foreach (var worker in Devices.Workers)
            worker.Join();
    }

    /// <summary>Loads a model onto a device, between the scans that it works on. The task is done when that has succeeded or failed, or the device has stopped; it never fails.</summary>
    public Task LoadAsync(ServedModel model, DeviceWorker worker)
    {
        lock (_lock)
        {
            var done = worker.Loads.Add(model);
            Monitor.PulseAll(_lock);
            return done;
        }
    }

    /// <summary>Ends a request early when it would be refused after its upload.</summary>
    /// <exception cref="ProblemException">The model or its devices do not work, or too many wait, or for too long.</exception>
    public void Require(ServedModel model, Flow flow)
    {
        lock (_lock)
        {
            if (Devices.Hopeless(model) is { } problem)
                throw problem;
            _entrance.Require(flow, _schedule.Waiting);
        }
    }

    /// <summary>Takes a scan in; dispose its turn when it is answered or given up. Hold a lease on the model meanwhile.</summary>
    /// <param name="model">What it is for.</param>
    /// <param name="flow">Whose it is.</param>
    /// <param name="priority">Its class. Jobs are always taken in: whoever stores them bounds their number.</param>
    /// <param name="size">What is known of it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ProblemException">The model or its devices do not work, or too many wait, or for too long.</exception>
    public ScanTurn Enter(ServedModel model, Flow flow, Priority priority, ScanSize size, CancellationToken cancellation)
    {
        var expected = model.Pace.Expect(size);
        var claim = new Claim(flow, priority, Seconds(_clock.GetTimestamp()), expected.TotalSeconds);
        lock (_lock)
        {
            if (Devices.Hopeless(model) is { } problem)
                throw problem;
            var isJob = priority == Priority.Job;
            if (!isJob)
                _entrance.Require(flow, _schedule.Waiting);
            var turn = new ScanTurn(this, model, claim, size, isJob ? null : new CancellationTokenSource(_queue.MaxWait, _clock), cancellation, _stopping.Token);

            // Jobs keep nobody waiting before they run.
            turn.Planned = isJob ? null : _backlog.Add(flow, expected);
            _schedule.Add(turn);
            _metrics.QueueChanged(+1, model.Identifier, Word(priority));
            Advance();
            return turn;
        }
    }

    /// <summary>The next work of a device's thread, once there is any; null when there will be none.</summary>
    internal Action? Take(DeviceWorker worker)
    {
        lock (_lock)
        {
            while (worker.Fault is null && !_stopping.IsCancellationRequested)
            {
                // Loads and scans in turns, where there are both.
                if (worker.Loads.TakeInTurn() is { } due)
                    return Load(worker, due);
                if (_schedule.Run(model => model.On(worker.Index) is not null) is { } turn)
                    return Infer(worker, turn);
                if (worker.Loads.Take() is { } load)
                    return Load(worker, load);
                Monitor.Wait(_lock);
            }

            return null;
        }
    }

    /// <summary>A device's thread has ended: it loads nothing any more.</summary>
    internal void Ended(DeviceWorker worker)
    {
        lock (_lock)
            worker.Loads.Close();
    }

    /// <summary>Something has changed: a device has a model, or has stopped.</summary>
    internal void Look()
    {
        long taken;
        lock (_lock)
        {
            Advance();
            taken = _schedule.MemoryTaken;
        }

        _kept.GiveBack(taken);
    }

    /// <summary>A device is through with a scan.</summary>
    internal void Inferred(ScanTurn turn, TimeSpan taken)
    {
        lock (_lock)
        {
            _schedule.Finish(turn, taken.TotalSeconds);
            if (_options.Overlap)
                turn.Planned?.Dispose();
            turn.Inference = null;
            Advance();
        }
    }

    /// <summary>A scan is decoded; completes when it has its memory.</summary>
    internal Task AskForMemory(ScanTurn turn, long bytes)
    {
        lock (_lock)
        {
            (turn.State, turn.Bytes, turn.Granted) = (TurnState.Decoded, bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            Advance();
            return turn.Granted.Task;
        }
    }

    /// <summary>A scan is prepared, and is expected to take so long on a device.</summary>
    internal void Prepared(ScanTurn turn, TimeSpan expected) => turn.Planned?.Expect(fromNow: expected / Devices.Workers.Count);

    /// <summary>A scan is ready for a device; the task is done when it is its turn.</summary>
    internal void AskForDevice(ScanTurn turn, DeviceTask task)
    {
        lock (_lock)
        {
            (turn.State, turn.Inference) = (TurnState.Ready, task);
            Advance();
        }
    }

    /// <summary>A scan no longer wants a device; without effect when it has one already.</summary>
    internal void Withdraw(ScanTurn turn)
    {
        lock (_lock)
        {
            if (turn.State != TurnState.Ready)
                return;
            turn.State = TurnState.Preparing;
            turn.Inference!.Cancel();
        }
    }

    /// <summary>Takes note of how long a scan that is finished has kept others waiting: the time since it was admitted, or since the one before it was finished.</summary>
    internal void Learn(ScanTurn turn)
    {
        lock (_lock)
            turn.Model.Pace.Learn(turn.Size, _clock.GetElapsedTime(Math.Max(turn.AdmittedAt, _lastEnd)));
    }

    /// <summary>A scan is answered or given up.</summary>
    internal void Leave(ScanTurn turn)
    {
        lock (_lock)
        {
            if (turn.State == TurnState.Left)
                return;
            if (turn.State < TurnState.Running)
                Reached(turn);
            if (turn.State > TurnState.Waiting)
                _lastEnd = _clock.GetTimestamp();
            _schedule.Remove(turn);
            turn.Planned?.Dispose();
        }

        Look();
    }

    /// <summary>The problem of a scan that has not reached a device in time.</summary>
    internal ProblemException NotReached() => _entrance.NotReached();

    private Action Load(DeviceWorker worker, DeviceLoad load)
    {
        var planned = _backlog.Add(Loading, LoadingGuess);
        planned.Begin();
        return () =>
        {
            using (load)
            using (planned)
                worker.Load(load.Model);
        };
    }

    private Action Infer(DeviceWorker worker, ScanTurn turn)
    {
        worker.Loads.EndScansTurn();
        turn.Planned ??= _backlog.Add(turn.Claim.Flow, TimeSpan.FromSeconds(turn.Claim.Expected));
        turn.Planned.Begin();
        Reached(turn);
        Advance();
        return () => worker.Infer(turn);
    }

    private void Reached(ScanTurn turn)
    {
        var (model, priority) = (turn.Model.Identifier, Word(turn.Claim.Priority));
        _metrics.QueueChanged(-1, model, priority);
        _metrics.Waited(turn.Waited, model, priority);
    }

    // Under the lock, after every change.
    private void Advance()
    {
        _schedule.Refuse(Devices.Hopeless);
        _schedule.Advance(Devices.CanServe, _clock.GetTimestamp());
        Monitor.PulseAll(_lock);
    }

    private static string Word(Priority priority) => priority == Priority.Job ? "job" : "interactive";

    private double Seconds(long timestamp) => (double)timestamp / _clock.TimestampFrequency;
}
