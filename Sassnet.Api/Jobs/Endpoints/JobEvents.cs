using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Jobs.Endpoints;

/// <summary>
/// Tells how a job goes on. Its state stands in the database, since any node may work on it, and is looked at twice a second; a client that comes back is told the
/// present state, which is all there is to know.
/// </summary>
internal sealed class JobEvents(JobStore store, FollowedLine line, JobView view, IHostApplicationLifetime lifetime, TimeProvider clock)
{
    /// <summary>The id of the last event: who comes back with it has heard all.</summary>
    public const string LastId = "end";

    private const string Kind = "job";

    // Proxies close what is silent, mostly after a minute.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    /// <summary>The states of a job from now on, until the last one.</summary>
    public async IAsyncEnumerable<SseItem<JobDescription>> FollowAsync(string caller, string id, [EnumeratorCancellation] CancellationToken aborted)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        var (told, at) = (string.Empty, clock.GetTimestamp());
        while (!ending.IsCancellationRequested && await TryLookAsync(caller, id, ending.Token) is { } job)
        {
            var now = JsonSerializer.Serialize(job, JobsJson.Default.JobDescription);
            if (now != told || clock.GetElapsedTime(at) > Silence)
            {
                (told, at) = (now, clock.GetTimestamp());
                yield return new SseItem<JobDescription>(job, Kind) { EventId = job.Ended is null ? null : LastId };
            }

            if (job.Ended is not null)
                yield break;
            await Task.Delay(FollowedLine.Pause, clock, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Null where the job is no more, or the store is away: the client comes back, and is then told why.</summary>
    private async Task<JobDescription?> TryLookAsync(string caller, string id, CancellationToken ending)
    {
        try
        {
            return await store.TryFindAsync(caller, id, ending) is { } job ? view.Of(job, await line.OfAsync(caller, ending)) : null;
        }
        catch (Exception away) when (away is ProblemException or OperationCanceledException)
        {
            return null;
        }
    }
}
