namespace Sassnet.Api.Scheduling;

/// <summary>
/// Runs the stages that need no device, so many at once, first come, first served. Each has a thread of its own meanwhile: no thread of the pool, which answers
/// requests, is held for its length. Span, log scope and culture of the request go with it.
/// </summary>
/// <param name="count">How many at once.</param>
internal sealed class StageThreads(int count) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count, count);

    /// <summary>Runs a stage when a thread is free.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<T> RunAsync<T>(Func<T> stage, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        try
        {
            return await Task.Factory.StartNew(stage, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();
}
