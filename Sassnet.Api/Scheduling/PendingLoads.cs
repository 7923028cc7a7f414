using Sassnet.Api.Models;

namespace Sassnet.Api.Scheduling;

/// <summary>
/// The models that one device is to load, in turns with scans where there are both, and none any more once its thread has ended. Not safe to use from several
/// threads: the scheduler's lock guards it.
/// </summary>
internal sealed class PendingLoads
{
    private readonly Queue<DeviceLoad> _loads = new();
    private bool _isScansTurn;
    private bool _isClosed;

    /// <summary>Adds a model. The task is done when the load is disposed, at once where none is taken in any more; it never fails.</summary>
    public Task Add(ServedModel model)
    {
        if (_isClosed)
            return Task.CompletedTask;
        var load = new DeviceLoad(model.Lease());
        _loads.Enqueue(load);
        return load.Done;
    }

    /// <summary>Takes the next one, unless the last work was a load too: a scan that is ready goes first then. Null where there is none.</summary>
    public DeviceLoad? TakeInTurn() => _isScansTurn ? null : Take();

    /// <summary>Takes the next one, whatever the last work was; null where there is none.</summary>
    public DeviceLoad? Take()
    {
        if (!_loads.TryDequeue(out var load))
            return null;
        _isScansTurn = true;
        return load;
    }

    /// <summary>The device works on a scan: the next turn is a load's.</summary>
    public void EndScansTurn() => _isScansTurn = false;

    /// <summary>Gives up those that are left, and takes in none any more.</summary>
    public void Close()
    {
        _isClosed = true;
        while (_loads.TryDequeue(out var load))
            load.Dispose();
    }
}

/// <summary>A model that a device is to load. Dispose it when that was tried, or will not be.</summary>
internal sealed class DeviceLoad(ModelLease lease) : IDisposable
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The model.</summary>
    public ServedModel Model => lease.Model;

    /// <summary>Completes when this is disposed.</summary>
    public Task Done => _done.Task;

    /// <inheritdoc/>
    public void Dispose()
    {
        lease.Dispose();
        _done.TrySetResult();
    }
}
