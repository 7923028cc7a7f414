using Sassnet.Api.Models;

namespace Sassnet.Api.Scheduling;

/// <summary>What a scan has to do on a device. Someone waits for it.</summary>
internal abstract class DeviceTask
{
    // Span, log scope and culture of the request follow its work to the device's thread.
    private readonly ExecutionContext? _context = ExecutionContext.Capture();

    /// <summary>What went wrong; null where nothing did, or it was cancelled.</summary>
    public Exception? Failure { get; protected set; }

    /// <summary>Does the work on the calling thread; never throws, and tells nobody.</summary>
    public void Run(DeviceModel model)
    {
        if (_context is null)
            Work(model);
        else
            ExecutionContext.Run(_context, _ => Work(model), null);
    }

    /// <summary>Tells who waits how it went.</summary>
    public abstract void Tell();

    /// <summary>Ends the waiting with a failure.</summary>
    public abstract void Fail(Exception failure);

    /// <summary>Ends the waiting without the work.</summary>
    public abstract void Cancel();

    protected abstract void Work(DeviceModel model);
}

/// <summary>A piece of work with a result.</summary>
/// <param name="work">The work.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class DeviceTask<T>(Func<DeviceModel, CancellationToken, T> work, CancellationToken cancellation) : DeviceTask
{
    private readonly TaskCompletionSource<T> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private bool _isCancelled;

    /// <summary>Completes when whoever does the work has told how it went, in whichever way.</summary>
    public Task<T> Result => _told.Task;

    public override void Tell()
    {
        if (_isCancelled)
            _told.TrySetCanceled(cancellation);
        else if (Failure is null)
            _told.TrySetResult(_result!);
        else
            _told.TrySetException(Failure);

        // Whoever keeps the task keeps nothing of the scan.
        _result = default;
    }

    public override void Fail(Exception failure) => _told.TrySetException(failure);

    public override void Cancel() => _told.TrySetCanceled(CancellationToken.None);

    protected override void Work(DeviceModel model)
    {
        try
        {
            _result = work(model, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _isCancelled = true;
        }
        catch (Exception failure)
        {
            Failure = failure;
        }
    }
}
