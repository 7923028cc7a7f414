using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Jobs.Files;

/// <summary>
/// Whether a store of the jobs can be reached. Whatever keeps it from that is one problem, which passes by itself once it can be reached again; the log hears of
/// the one and of the other, once.
/// </summary>
/// <param name="store">What it is, for the log.</param>
/// <param name="isOfStore">Whether a failure is the store's and not the caller's.</param>
/// <param name="logger">The log.</param>
internal sealed partial class StoreReach(string store, Func<Exception, bool> isOfStore, ILogger logger)
{
    private int _isAway;

    /// <summary>Whether something failed for it, and nothing has proved since that it can be reached.</summary>
    public bool IsAway => Volatile.Read(ref _isAway) == 1;

    /// <summary>Does a piece of work that succeeds only where all others would: from then on the store can be reached.</summary>
    /// <exception cref="ProblemException">The store cannot be reached, or cannot store.</exception>
    public async Task<T> ProveAsync<T>(Func<Task<T>> work)
    {
        var result = await UseAsync(work);
        if (Interlocked.Exchange(ref _isAway, 0) == 1)
            LogReached(store);
        return result;
    }

    /// <summary>Does a piece of work. That it succeeds says nothing of others: what can be read cannot always be written.</summary>
    /// <exception cref="ProblemException">The store cannot be reached, or cannot store.</exception>
    public async Task<T> UseAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (isOfStore(failure))
        {
            if (Interlocked.Exchange(ref _isAway, 1) == 0)
                LogAway(store, failure);
            throw new ProblemException(JobProblemTypes.StoreUnavailable, JobProblemTypes.StoreUnavailable.Example, JobProblemTypes.StoreRetry, failure);
        }
    }

    [LoggerMessage(EventId = 42, Level = LogLevel.Error, Message = "The {Store} of the jobs cannot be used; it is tried again until it can")]
    private partial void LogAway(string store, Exception failure);

    [LoggerMessage(EventId = 43, Level = LogLevel.Information, Message = "The {Store} of the jobs can be used again")]
    private partial void LogReached(string store);
}
