using Microsoft.Extensions.Options;
using Sassnet.Api.Jobs.Files;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Jobs.Settings;
using Sassnet.Api.Problems;
using Sassnet.Api.Scheduling;

namespace Sassnet.Api.Jobs.Execution;

/// <summary>Works on jobs for as long as the process lives, says every second which it has, and takes over those of processes that are gone.</summary>
internal sealed partial class JobWorker(
    JobFolder folder,
    IJobFiles files,
    JobDatabase database,
    RecordTimes times,
    JobClaims claims,
    JobRun run,
    JobsInHand inHand,
    JobSignal signal,
    DeviceScheduler scheduler,
    JobMetrics metrics,
    IHostApplicationLifetime lifetime,
    IOptions<JobsOptions> options,
    TimeProvider clock,
    ILogger<JobWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    // Jobs of this process announce themselves; those of other nodes, and those whose time has come, are looked for.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!folder.IsUsable)
            return;
        metrics.Begin();
        Func<CancellationToken, Task>[] loops =
        [
            ClaimAsync,
            KeepAsync,
            stopping => ProbeAsync(() => files.IsAway, files.ProbeAsync, stopping),
            stopping => ProbeAsync(() => database.IsAway, database.ProbeAsync, stopping),
        ];
        await Task.WhenAll(loops.Select(loop => Task.Run(() => loop(stoppingToken), stoppingToken)));
    }

    private async Task ClaimAsync(CancellationToken stopping)
    {
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(stopping, lifetime.ApplicationStopping);
        var running = new List<Task>();
        while (!closing.IsCancellationRequested)
        {
            running.RemoveAll(task => task.IsCompleted);
            // Where a device has stopped working, or files cannot be reached, jobs are left to other nodes.
            if (scheduler.Devices.Fault is null && !files.IsAway && running.Count < options.Value.Concurrent && await TryClaimAsync(closing.Token) is { } claimed)
                running.Add(WorkAsync(claimed, stopping));
            else
                await signal.WaitAsync(Look, closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(running);
    }

    private async Task WorkAsync(ClaimedJob claimed, CancellationToken stopping)
    {
        await run.WorkAsync(claimed, stopping);
        signal.Set();
    }

    private async Task<ClaimedJob?> TryClaimAsync(CancellationToken closing)
    {
        try
        {
            return await claims.ClaimAsync(closing);
        }
        catch (Exception failure) when (failure is ProblemException or OperationCanceledException)
        {
            // The store is away, and was said to be; or the service stops.
            return null;
        }
        catch (Exception failure)
        {
            // As where a record is damaged: the other jobs are still there.
            LogUnexpected(failure);
            return null;
        }
    }

    private async Task KeepAsync(CancellationToken stopping)
    {
        var (recovered, last, deaf) = (TimeSpan.MinValue, TimeSpan.Zero, TimeSpan.Zero);
        var start = clock.GetTimestamp();
        while (!stopping.IsCancellationRequested)
        {
            // Whatever kept this process from its rounds may have kept the others too.
            var begun = clock.GetElapsedTime(start);
            if (begun - last > options.Value.Lease / 2)
                deaf = begun;
            last = begun;
            try
            {
                await times.FollowAsync();
                foreach (var job in inHand.Running)
                {
                    if (!await claims.KeepAsync(job))
                        inHand.Lose(job.Id);
                }

                await claims.KeepReceivingAsync();
                var now = clock.GetElapsedTime(start);
                if (now - options.Value.Lease / 4 > recovered && MayJudge(now - deaf))
                {
                    if (await claims.RecoverAsync() > 0)
                        signal.Set();
                    recovered = now;
                }

                var (queued, working) = await claims.CountAsync();
                metrics.Are(queued, working);
            }
            catch (ProblemException)
            {
                // The store is away, and was said to be.
                deaf = clock.GetElapsedTime(start);
            }
            catch (Exception failure)
            {
                LogUnexpected(failure);
                deaf = clock.GetElapsedTime(start);
            }

            await Task.Delay(Beat, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // While nobody could be heard, as before this process began, leases ran out of whoever lives: he has the length of one to be heard again.
    private bool MayJudge(TimeSpan sinceDeaf) => !folder.IsShared || sinceDeaf > options.Value.Lease;

    // Each store by itself: one that does not answer must not keep this process from saying which jobs it has, nor from trying the other.
    private async Task ProbeAsync(Func<bool> isAway, Func<Task> probe, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (isAway())
                    await probe();
            }
            catch (ProblemException)
            {
                // It is still away.
            }
            catch (Exception failure)
            {
                LogUnexpected(failure);
            }

            await Task.Delay(Beat, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(EventId = 60, Level = LogLevel.Error, Message = "A round of the work on jobs has failed; the next one follows")]
    private partial void LogUnexpected(Exception failure);
}
