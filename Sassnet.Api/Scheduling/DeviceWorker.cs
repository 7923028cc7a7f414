using System.Runtime.InteropServices;
using Sassnet.Api.Models;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Memory;

namespace Sassnet.Api.Scheduling;

/// <summary>
/// A device and the one thread that uses it: it loads models, leads their networks over scans, and finds out when the device no longer works. What runs on it has
/// it alone: one inference already uses every core or the whole device; two side by side would take as long as one after the other, and twice the memory.
/// </summary>
internal sealed partial class DeviceWorker
{
    private readonly DeviceScheduler _scheduler;
    private readonly SegmenterOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationToken _stopping;
    private readonly Thread _thread;
    private readonly Lock _busyLock = new();
    private TimeSpan _busy;
    private long? _busySince;
    private volatile string? _fault;

    public DeviceWorker(DeviceScheduler scheduler, int index, SegmenterOptions options, TimeProvider clock, ILogger logger, CancellationToken stopping)
    {
        (_scheduler, Index, _options, _clock, _logger, _stopping) = (scheduler, index, options, clock, logger, stopping);
        _thread = new Thread(Work) { Name = $"device {options.Device}", IsBackground = true };
    }

    /// <summary>Its number among the devices of this service, from 0.</summary>
    public int Index { get; }

    /// <summary>The device, as it is configured.</summary>
    public string Device => _options.Device;

    /// <summary>Why it has stopped working, as it may be told to anyone; null while it works.</summary>
    public string? Fault => _fault;

    /// <summary>How long it has worked since the start, on what it is working on included.</summary>
    public TimeSpan Busy
    {
        get
        {
            lock (_busyLock)
                return _busySince is { } since ? _busy + _clock.GetElapsedTime(since) : _busy;
        }
    }

    /// <summary>The models that it is to load; guarded by the scheduler's lock.</summary>
    internal PendingLoads Loads { get; } = new();

    /// <summary>Begins to work.</summary>
    public void Start() => _thread.Start();

    /// <summary>Waits until it has ended.</summary>
    public void Join()
    {
        if (!_thread.ThreadState.HasFlag(ThreadState.Unstarted))
            _thread.Join();
    }

    /// <summary>Loads a model and tries it out.</summary>
    internal void Load(ServedModel model)
    {
        try
        {
            model.LoadOn(Index, _options, _logger, _stopping);
            LogReady(model.Identifier, Device);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopped while it was loading.
        }
        catch (Exception failure)
        {
            LogFailed(failure, model.Identifier, Device);
        }

        _scheduler.Look();
    }

    /// <summary>Leads the network over a scan.</summary>
    internal void Infer(ScanTurn turn)
    {
        var (task, model, start) = (turn.Inference!, turn.Model.On(Index)!, _clock.GetTimestamp());
        task.Run(model);
        if (task.Failure is { } failure && CastsDoubt(failure) && WhyBroken(model, failure) is { } why)
            Stop(failure, why);
        _scheduler.Inferred(turn, _clock.GetElapsedTime(start));
        if (_fault is null)
            task.Tell();
        else
            task.Fail(Devices.StoppedAt(this));
    }

    // Neither does what may be short memory, where it does not say so.
    private static bool CastsDoubt(Exception failure) =>
        failure is not (OperationCanceledException or DeviceOutOfMemoryException) && !DeviceOutOfMemoryException.IsMeantBy(failure);

    // The lines after the first are for whoever builds LibTorch.
    private static string FirstLine(Exception failure) => failure.Message.Split('\n')[0].TrimEnd('.', '\r', ' ');

    private void Work()
    {
        try
        {
            while (_scheduler.Take(this) is { } work)
            {
                SetBusy(true);
                work();
                SetBusy(false);
            }
        }
        catch (Exception failure)
        {
            Stop(failure, "its thread has ended");
        }
        finally
        {
            SetBusy(false);
            _scheduler.Ended(this);
        }
    }

    private void SetBusy(bool isBusy)
    {
        lock (_busyLock)
        {
            if (_busySince is { } since)
                _busy += _clock.GetElapsedTime(since);
            _busySince = isBusy ? _clock.GetTimestamp() : null;
        }
    }

    // A CUDA device that has once done what it may not fails at everything after that, until the process ends; and one that answers with no numbers is no better.
    private string? WhyBroken(DeviceModel model, Exception failure)
    {
        try
        {
            WarmUp.Once(model.Model, _stopping);
            return null;
        }
        catch (Exception unclear) when (!CastsDoubt(unclear))
        {
            return null;
        }
        catch (Exception second)
        {
            return failure is ExternalException ? FirstLine(failure) : FirstLine(second);
        }
    }

    private void Stop(Exception failure, string why)
    {
        _fault = why;
        LogStopped(failure, Device);
        _scheduler.Look();
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "Model {Model} is ready on {Device}")]
    private partial void LogReady(string model, string device);

    [LoggerMessage(EventId = 21, Level = LogLevel.Error, Message = "Model {Model} could not be loaded on {Device}")]
    private partial void LogFailed(Exception failure, string model, string device);

    [LoggerMessage(EventId = 23, Level = LogLevel.Critical, Message = "The device {Device} has stopped working; restart the service")]
    private partial void LogStopped(Exception failure, string device);
}
