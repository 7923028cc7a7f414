using Sassnet.Model.Inference;

namespace Sassnet.Api.Models;

/// <summary>A piece of work that waits for a model's thread.</summary>
internal abstract class Job(CancellationToken cancellation)
{
    // Span, log scope and culture of the request follow its work to the model's thread.
    private readonly ExecutionContext? _context = ExecutionContext.Capture();

    /// <summary>Cancelled when the client has gone or the time limit has passed.</summary>
    public CancellationToken Cancellation { get; } = cancellation;

    /// <summary>Does the work on the calling thread and completes the waiting request; never throws.</summary>
    public void Run(Segmenter segmenter)
    {
        if (_context is null)
            Complete(segmenter);
        else
            ExecutionContext.Run(_context, _ => Complete(segmenter), null);
    }

    /// <summary>Ends the waiting request without doing the work.</summary>
    public abstract void Cancel();

    /// <summary>Ends the waiting request with a failure.</summary>
    public abstract void Fail(Exception failure);

    protected abstract void Complete(Segmenter segmenter);
}

/// <summary>A piece of work with a result.</summary>
internal sealed class Job<T>(Func<Segmenter, CancellationToken, T> work, CancellationToken cancellation) : Job(cancellation)
{
    private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the work has ended, in whichever way.</summary>
    public Task<T> Result => _result.Task;

    public override void Cancel() => _result.TrySetCanceled(Cancellation);

    public override void Fail(Exception failure) => _result.TrySetException(failure);

    protected override void Complete(Segmenter segmenter)
    {
        try
        {
            _result.TrySetResult(work(segmenter, Cancellation));
        }
        catch (OperationCanceledException) when (Cancellation.IsCancellationRequested)
        {
            Cancel();
        }
        catch (Exception failure)
        {
            _result.TrySetException(failure);
        }
    }
}
