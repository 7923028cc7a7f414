using Sassnet.Api.Models;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Scheduling;

/// <summary>
/// The devices of this service: which of them still work, which models they can serve, and what to tell where they cannot. Their number stays; the rest is looked
/// at when it is asked for. Safe to use from several threads.
/// </summary>
/// <param name="workers">Each of them, by its number.</param>
internal sealed class Devices(DeviceWorker[] workers)
{
    private static readonly TimeSpan RestartGuess = TimeSpan.FromSeconds(30);

    /// <summary>Each of them, by its number.</summary>
    public IReadOnlyList<DeviceWorker> Workers => workers;

    /// <summary>The problem of a device that has stopped working, the first one; null where all work.</summary>
    public ProblemException? Fault => Array.Find(workers, worker => worker.Fault is not null) is { } stopped
        ? new ProblemException(ProblemTypes.DeviceFailed, $"The device {stopped.Device} has stopped working: {stopped.Fault}. Restart the service.", RestartGuess)
        : null;

    /// <summary>The problem of the scan that a device was working on as it stopped.</summary>
    public static DeviceStoppedException StoppedAt(DeviceWorker worker) =>
        new($"The device {worker.Device} has stopped working: {worker.Fault}. It was working on this scan, which may be what stopped it. Restart the service.", RestartGuess);

    /// <summary>Whether a device that works has a model.</summary>
    public bool CanServe(ServedModel model) => Array.Exists(workers, worker => worker.Fault is null && model.On(worker.Index) is not null);

    /// <summary>The problem of a model that no device has, or will have; null where one may.</summary>
    public ProblemException? Hopeless(ServedModel model)
    {
        if (Array.Exists(workers, worker => worker.Fault is null && model.MayBeOn(worker.Index)))
            return null;
        return model.State == ModelState.Failed ? model.Unavailable() : Fault;
    }
}
