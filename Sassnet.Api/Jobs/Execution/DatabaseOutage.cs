using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Jobs.Execution;

/// <summary>Waits for a database that is away for a while: what was fetched or made is not to be lost for that.</summary>
internal static class DatabaseOutage
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    /// <summary>Stores something as soon as the database can be reached.</summary>
    /// <param name="store">Stores it; may be called again after it could not be heard whether it did.</param>
    /// <param name="clock">Measures the time between two tries.</param>
    /// <param name="ending">Ends the waiting.</param>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static async Task<T> WaitOutAsync<T>(Func<Task<T>> store, TimeProvider clock, CancellationToken ending)
    {
        while (true)
        {
            try
            {
                return await store();
            }
            catch (ProblemException away) when (away.Type == JobProblemTypes.StoreUnavailable)
            {
                await Task.Delay(Retry, clock, ending);
            }
        }
    }
}
