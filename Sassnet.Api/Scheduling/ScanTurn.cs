using System.Diagnostics;
using Sassnet.Api.Models;

namespace Sassnet.Api.Scheduling;

/// <summary>Where a scan is on its way. It goes through them in this order, and may leave from any.</summary>
internal enum TurnState
{
    /// <summary>Waits to be decoded; it is on the disk only.</summary>
    Waiting,

    /// <summary>Is decoded or prepared.</summary>
    Preparing,

    /// <summary>Is decoded and waits for memory.</summary>
    Decoded,

    /// <summary>Waits for a device.</summary>
    Ready,

    /// <summary>Is on a device.</summary>
    Running,

    /// <summary>Is restored, measured and encoded.</summary>
    Finishing,

    /// <summary>Is answered or given up, and holds nothing.</summary>
    Left,
}

/// <summary>
/// One scan's way through the service: decode → prepare → infer → finish, each as soon as there is room for it, and nothing of it in memory before. Dispose it when
/// the scan is answered or given up, at whichever stage: what it held becomes free. Only the stages are called from outside, one after the other.
/// </summary>
internal sealed class ScanTurn : IDisposable
{
    private readonly DeviceScheduler _scheduler;
    private readonly CancellationTokenSource? _patience;
    private readonly CancellationTokenSource _steady;
    private readonly CancellationTokenSource _patient;
    private readonly long _entered = Stopwatch.GetTimestamp();
    private TimeSpan _worked;

    /// <param name="scheduler">Where it waits.</param>
    /// <param name="model">What it is for.</param>
    /// <param name="claim">Whose it is, and how long it is expected to take.</param>
    /// <param name="size">What is known of it.</param>
    /// <param name="patience">Ends its way to the device; null where it may wait for ever.</param>
    /// <param name="cancellation">End it.</param>
    internal ScanTurn(
        DeviceScheduler scheduler, ServedModel model, Claim claim, ScanSize size, CancellationTokenSource? patience, params CancellationToken[] cancellation)
    {
        (_scheduler, Model, Claim, Size, _patience) = (scheduler, model, claim, size, patience);
        _steady = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _patient = CancellationTokenSource.CreateLinkedTokenSource(_steady.Token, patience?.Token ?? CancellationToken.None);
    }

    /// <summary>What it is for.</summary>
    public ServedModel Model { get; }

    /// <summary>Whose it is.</summary>
    public Claim Claim { get; }

    /// <summary>What is known of it.</summary>
    public ScanSize Size { get; }

    /// <summary>How long it has waited: the time since it came without that of its stages.</summary>
    public TimeSpan Waited => Stopwatch.GetElapsedTime(_entered) - _worked;

    /// <summary>Reads the scan, and takes the memory for what follows.</summary>
    /// <param name="decode">Reads it; returns the bytes that it will take, in all stages.</param>
    public Task DecodeAsync(Func<CancellationToken, long> decode) => PatientlyAsync(async () =>
    {
        await Granted.Task.WaitAsync(_patient.Token);
        var bytes = await WorkAsync(decode);
        await _scheduler.AskForMemory(this, bytes).WaitAsync(_patient.Token);
    });

    /// <summary>Makes the scan ready for a device.</summary>
    /// <param name="prepare">Prepares it; returns how long a device is expected to take.</param>
    public Task PrepareAsync(Func<CancellationToken, TimeSpan> prepare) => PatientlyAsync(async () => _scheduler.Prepared(this, await WorkAsync(prepare)));

    /// <summary>Leads the network over the scan, on the thread of a device that has the model.</summary>
    public async Task<T> InferAsync<T>(Func<DeviceModel, CancellationToken, T> infer)
    {
        var result = default(T)!;
        await PatientlyAsync(async () =>
        {
            var task = new DeviceTask<T>(infer, _steady.Token);
            _scheduler.AskForDevice(this, task);
            await using var leaving = _patient.Token.Register(() => _scheduler.Withdraw(this));
            result = await task.Result;
        });
        return result;
    }

    /// <summary>Makes the answer of what the network found.</summary>
    public async Task<T> FinishAsync<T>(Func<CancellationToken, T> finish)
    {
        var result = await _scheduler.Threads.RunAsync(() => finish(_steady.Token), _steady.Token);
        _scheduler.Learn(this);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scheduler.Leave(this);
        _patient.Dispose();
        _steady.Dispose();
        _patience?.Dispose();
    }

    // What follows is the scheduler's, and guarded by its lock.

    /// <summary>Where it is.</summary>
    internal TurnState State { get; set; } = TurnState.Waiting;

    /// <summary>Completes when it gets what it waits for: its admission, or memory.</summary>
    internal TaskCompletionSource Granted { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is to be done on the device, from when it is ready.</summary>
    internal DeviceTask? Inference { get; set; }

    /// <summary>Its part in the estimates of waiting.</summary>
    internal PlannedWork? Planned { get; set; }

    /// <summary>When it was admitted, in ticks of the scheduler's clock.</summary>
    internal long AdmittedAt { get; set; }

    /// <summary>Whether it has one of the places ahead of the devices.</summary>
    internal bool HasPlace { get; set; }

    /// <summary>The bytes that it asks for, or has.</summary>
    internal long Bytes { get; set; }

    /// <summary>Whether it has them.</summary>
    internal bool HasMemory { get; set; }

    private Task<T> WorkAsync<T>(Func<CancellationToken, T> stage) => _scheduler.Threads.RunAsync(
        () =>
        {
            var start = Stopwatch.GetTimestamp();
            try
            {
                return stage(_patient.Token);
            }
            finally
            {
                _worked += Stopwatch.GetElapsedTime(start);
            }
        },
        _patient.Token);

    private async Task PatientlyAsync(Func<Task> way)
    {
        try
        {
            await way();
        }
        catch (OperationCanceledException) when (_patience is { IsCancellationRequested: true } && !_steady.IsCancellationRequested)
        {
            throw _scheduler.NotReached();
        }
    }
}
