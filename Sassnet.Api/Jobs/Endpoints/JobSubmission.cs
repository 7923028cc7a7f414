using System.Diagnostics;
using Sassnet.Api.Access;
using Sassnet.Api.Archive;
using Sassnet.Api.Jobs.Callbacks;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Execution;
using Sassnet.Api.Jobs.Files;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Models;
using Sassnet.Api.Problems;
using Sassnet.Api.Requests;
using Sassnet.Api.Segmentation;
using Sassnet.Api.Telemetry;
using Sassnet.Api.Uploads;

namespace Sassnet.Api.Jobs.Endpoints;

/// <summary>Takes a job in: reserve → receive → store → accept. What was answered 202 is on the disk; of what was not, nothing stays.</summary>
internal sealed class JobSubmission(
    JobFolder folder,
    JobStore store,
    JobSpool spool,
    JobCache cache,
    JobRetention retention,
    JobSignal signal,
    CallbackAddress callbacks,
    UploadReceiver uploads,
    ModelCatalogue catalogue,
    ArchiveServers archives,
    Door door,
    JobMetrics metrics)
{
    /// <summary>Takes in the job of a request, or finds the one that the same request made before.</summary>
    /// <exception cref="ProblemException">It is refused.</exception>
    /// <exception cref="Model.Volumes.InvalidVolumeException">Its files are.</exception>
    public async Task<JobRecord> SubmitAsync(JobQuery query, HttpContext context, CancellationToken aborted)
    {
        // Whatever can be refused without the volume is refused before it is received.
        folder.RequireUsable();
        UploadReceiver.RefuseEncoded(context.Request.Headers);
        var order = await ArchiveOrder.TryReadAsync(context.Request, aborted);
        if (order is not null)
        {
            RequestOutcome.Of(context).InputSha256 = order.Hash;
            door.Require(context, Scope.Archive);
            archives.Find(order.DicomWeb.Server);
            query = query.For(order);
        }

        // Before what may have changed since is asked: a job that was accepted is the answer, also where its model is no longer served.
        var (caller, key) = (Caller.IdOf(context), IdempotencyKey.Of(context.Request.Headers));
        if (key is not null && await store.TryFindByKeyAsync(caller, key, aborted) is { } earlier)
            return await RepeatAsync(earlier, query, order, context, aborted);
        var model = catalogue.Find(query.Segment.Model);
        if (model.State == ModelState.Failed)
            throw model.Unavailable();
        if (query.Callback is { } callback)
            callbacks.Require(callback);
        var job = new JobRecord
        {
            Id = Guid.NewGuid().ToString("N"),
            Caller = caller,
            KeyHash = key,
            QueryHash = query.Hash,
            Query = query.Text,
            Model = model.Identifier,
            Output = query.Output.Name,
            RequestId = context.TraceIdentifier,
            Trace = Activity.Current?.Id,
            PathBase = context.Request.PathBase.Value ?? string.Empty,
            Callback = query.Callback,
        };
        var outcome = RequestOutcome.Of(context);
        (outcome.Model, outcome.Output) = (job.Model, job.Output);
        return await store.ReserveAsync(job, aborted) is { } existing
            ? await RepeatAsync(existing, query, order, context, aborted)
            : order is null ? await ReceiveAsync(job, model, query, context, aborted) : await AcceptAsync(job, order);
    }

    private async Task<JobRecord> ReceiveAsync(JobRecord job, ServedModel model, JobQuery query, HttpContext context, CancellationToken aborted)
    {
        var isOffered = false;
        try
        {
            if (context.Request.ContentLength is { } length)
                await retention.RequirePossibleRoomAsync(job.Caller, length);
            using var upload = await ReceiveAsync(context.Request, aborted);
            if (upload.Files is { IsDicom: false, Files: [var only] })
                ArchiveOrder.RefuseAsScan(context.Request, only.Path);
            query.Segment.RequireFit(upload.IsDicom);
            _ = OutputNegotiation.Choose(query.Output, new HeaderDictionary(), upload.IsDicom);
            if (cache.IsOn)
            {
                var hash = await JobSpool.HashAsync(upload.Files, aborted);
                var earlier = await cache.FindAsync(job, model, query.Segment, JobSpool.Describe(upload.Files), hash, aborted);
                var isHit = earlier is not null && await TryCopyAsync(earlier, job, aborted);
                context.Response.Headers[JobCache.Header] = isHit ? JobCache.Hit : JobCache.Miss;
                metrics.ResultsLookedFor(isHit);
                if (isHit)
                {
                    isOffered = true;
                    var ended = await store.AcceptEndedAsync(job, hash, earlier!);
                    metrics.Ended(JobState.Succeeded);
                    return ended;
                }
            }

            await retention.RequireRoomAsync(job, upload.Files.Files.Sum(file => new FileInfo(file.Path).Length));
            using var storing = StageTimings.Source.StartActivity("accept");
            var (input, stored, bytes) = await spool.StoreInputAsync(job.Id, upload.Files, aborted);
            isOffered = true;
            var accepted = await store.AcceptAsync(job, input, stored, bytes);
            signal.Set();
            return accepted;
        }
        catch
        {
            // Files first, which gives room for removing the record; but where it was not heard whether the job was accepted, the record decides.
            if (!isOffered)
                await spool.ClearAsync(job.Id);
            if (await store.ForgetAsync(job))
                await spool.ClearAsync(job.Id);
            throw;
        }
    }

    private async Task<Upload> ReceiveAsync(HttpRequest request, CancellationToken aborted)
    {
        using var span = StageTimings.Source.StartActivity("receive");
        return await uploads.ReceiveAsync(request, aborted);
    }

    // Where there is no room for the results twice, there may well be for the scan.
    private async Task<bool> TryCopyAsync(JobRecord earlier, JobRecord job, CancellationToken aborted) =>
        await retention.TryMakeRoomForCopyAsync(job, earlier)
        && await spool.CopyAsync((earlier.Id, earlier.Attempt), (job.Id, 1), JobView.ResultsOf(earlier), aborted);

    // The scan is fetched when the job's turn comes: an archive that is slow holds no request.
    private async Task<JobRecord> AcceptAsync(JobRecord job, ArchiveOrder order)
    {
        try
        {
            var accepted = await store.AcceptAsync(job, new StoredInput([], IsDicom: true, [], order), order.Hash, bytes: 0);
            signal.Set();
            return accepted;
        }
        catch
        {
            await store.ForgetAsync(job);
            throw;
        }
    }

    private async Task<JobRecord> RepeatAsync(JobRecord existing, JobQuery query, ArchiveOrder? order, HttpContext context, CancellationToken aborted)
    {
        var outcome = RequestOutcome.Of(context);
        (outcome.Model, outcome.Output) = (existing.Model, existing.Output);
        if (existing.Accepted is null)
            throw JobProblemTypes.BeingReceived();
        if (existing.QueryHash != query.Hash)
            throw Reused("another query");
        var hash = order?.Hash ?? await HashAsync(context.Request, aborted);
        return hash == existing.InputHash ? existing : throw Reused("another body");
    }

    private async Task<string> HashAsync(HttpRequest request, CancellationToken aborted)
    {
        using var upload = await ReceiveAsync(request, aborted);
        return await JobSpool.HashAsync(upload.Files, aborted);
    }

    private static ProblemException Reused(string what) => new(JobProblemTypes.KeyReused,
        $"This '{IdempotencyKey.Header}' belongs to a job with {what}. Use a new key for a new job.");
}
