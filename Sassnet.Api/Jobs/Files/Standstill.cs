namespace Sassnet.Api.Jobs.Files;

/// <summary>Ends calls on a bucket that has taken them and says nothing more. How long all of one takes has no limit here but where nothing is heard of it: files are large, and lines slow.</summary>
/// <param name="clock">Measures it.</param>
internal sealed class Standstill(TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Waits for the answer to a call that sends next to nothing, or for the next bytes of one.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellation">Ends it sooner.</param>
    /// <param name="work">How long the bucket may be at work before it answers.</param>
    /// <exception cref="TimeoutException">There was none for half a minute, and the time of that work.</exception>
    public Task<T> EndAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation, TimeSpan work = default) =>
        EndAsync((limit, _) => call(limit), cancellation, work);

    /// <summary>Waits for a call that says when it goes on.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellation">Ends it sooner.</param>
    /// <param name="work">How long the bucket may be at work before it goes on the first time.</param>
    /// <exception cref="TimeoutException">It did not go on for half a minute.</exception>
    public async Task<T> EndAsync<T>(Func<CancellationToken, Action, Task<T>> call, CancellationToken cancellation, TimeSpan work = default)
    {
        using var late = new CancellationTokenSource(Longest + work, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            return await call(limit.Token, GoOn);
        }
        catch (Exception ended) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException("The bucket stands still.", ended);
        }

        // May be heard of late, when the call is over.
        void GoOn()
        {
            try
            {
                late.CancelAfter(Longest);
            }
            catch (ObjectDisposedException)
            {
                // Nothing is left to wait for.
            }
        }
    }
}
