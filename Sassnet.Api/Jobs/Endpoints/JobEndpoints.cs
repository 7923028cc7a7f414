using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using Sassnet.Api.Access;
using Sassnet.Api.Archive;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Jobs.Execution;
using Sassnet.Api.Jobs.Files;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.OpenApi;
using Sassnet.Api.Problems;
using Sassnet.Api.Requests;
using Sassnet.Api.Segmentation;

namespace Sassnet.Api.Jobs.Endpoints;

/// <summary><c>/jobs</c>: segmentations that are asked for now and fetched later, and that outlive the process.</summary>
internal static class JobEndpoints
{
    public const string EventStream = "text/event-stream";

    public static void MapJobs(this IEndpointRouteBuilder app)
    {
        var jobs = app.MapGroup("/jobs").WithTags("Jobs").RequireScope(Scope.Jobs);
        jobs.AddEndpointFilter(NameJob);
        jobs.MapPost(string.Empty, Submit)
            .WithName("SubmitJob")
            .WithSummary("Takes in a volume to segment later")
            .WithDescription("Takes what `POST /segment` takes, and answers as soon as it is stored. `output=all` gives each output as a result of its own. "
                + "With `Idempotency-Key`, the same request sent again gets the same job. Where the service is configured so, a request that the same caller has sent before gets the results that "
                + "are there (`Sassnet-Cache: hit`) in a job that has ended. What is accepted ends, also where the service is ended in between. "
                + "With a JSON body (and the scope `archive`), the scan is fetched from an archive that this service is configured for, by DICOMweb, when the job's turn comes; with "
                + "`store` the DICOM results are stored beside it. Without `series`, the one series of the study that fits the model is taken.")
            .WithMetadata(JobDocumentation.Submit)
            .WithProblems(
                ProblemTypes.BadRequest,
                ProblemTypes.InvalidParameter,
                JobProblemTypes.CallbackRefused,
                JobProblemTypes.KeyMalformed,
                ProblemTypes.EmptyUpload,
                ProblemTypes.MalformedMultipart,
                ProblemTypes.VolumePartMissing,
                ProblemTypes.UnexpectedPart,
                ProblemTypes.SeveralVolumes,
                ArchiveProblemTypes.MalformedOrder,
                ArchiveProblemTypes.UnknownArchive,
                ProblemTypes.UnknownModel,
                ProblemTypes.SlowUpload,
                JobProblemTypes.KeyInUse,
                ProblemTypes.UploadTooLarge,
                ProblemTypes.TooManyFiles,
                ProblemTypes.ContentEncoding,
                JobProblemTypes.KeyReused,
                ProblemTypes.ModelUnavailable,
                ProblemTypes.TooManyUploads,
                ProblemTypes.StorageFull,
                JobProblemTypes.StoreUnavailable,
                JobProblemTypes.FileRefused,
                ProblemTypes.TimeLimit)
            .WithProblems(VolumeProblemTypes.OfFiles);
        jobs.MapGet(string.Empty, List)
            .WithName("ListJobs")
            .WithSummary("Lists the caller's jobs, the newest first")
            .WithDescription("A page of them; `next` in the answer is `after` for the one behind it.")
            .WithMetadata(JobDocumentation.List)
            .WithProblems(ProblemTypes.InvalidParameter, JobProblemTypes.StoreUnavailable);
        jobs.MapGet("/{id}", Describe)
            .WithName("DescribeJob")
            .WithSummary("Says how far a job is")
            .WithDescription("Its state, its place in the line, how much is done, why it failed, where its results are. Its `problem` is one that `POST /segment` has, or "
                + $"`{JobProblemTypes.Abandoned.Slug}`, `{JobProblemTypes.FileRefused.Slug}`, or of a scan in an archive {string.Join(", ", ArchiveProblemTypes.OfJobs.Select(type => $"`{type.Slug}`"))}.")
            .WithMetadata(JobDocumentation.One)
            .WithProblems(JobProblemTypes.UnknownJob, JobProblemTypes.StoreUnavailable);
        jobs.MapGet("/{id}/events", Follow)
            .WithName("FollowJob")
            .WithSummary("Tells how a job goes on")
            .WithDescription("Server-sent events named `job`, each with the job as `GET /jobs/{id}` has it: at once, whenever something changes, and at least every 15 seconds. "
                + "Ends after the last state, whose event has the id `end`; who comes back with `Last-Event-ID: end` gets 204, and an `EventSource` stops.")
            .WithMetadata(JobDocumentation.Events)
            .WithProblems(JobProblemTypes.UnknownJob, JobProblemTypes.StoreUnavailable);
        jobs.MapGet("/{id}/results/{output}", Fetch)
            .WithName("FetchJobResult")
            .WithSummary("Fetches a file that a job made")
            .WithDescription("With an `ETag`, and in parts by `Range`.")
            .WithMetadata(JobDocumentation.Result)
            .WithProblems(
                JobProblemTypes.UnknownJob,
                JobProblemTypes.UnknownResult,
                JobProblemTypes.NotEnded,
                ProblemTypes.PreconditionFailed,
                ProblemTypes.RangeNotSatisfiable,
                JobProblemTypes.StoreUnavailable);
        jobs.MapDelete("/{id}", Remove)
            .WithName("RemoveJob")
            .WithSummary("Cancels a job, or removes one that has ended")
            .WithDescription("A job that waits or runs is cancelled, which acts between two windows of the network, and stays in the list. A job that has ended is removed with its results; with `only=open` it stays, so that who cancels one that ends in this moment loses nothing. Answers with the job as it is now, or as it was last.")
            .WithMetadata(JobDocumentation.Remove)
            .WithProblems(ProblemTypes.InvalidParameter, JobProblemTypes.UnknownJob, JobProblemTypes.StoreUnavailable);
    }

    // For the audit; words that a client puts in an id's place are not for it.
    private static ValueTask<object?> NameJob(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (context.HttpContext.Request.RouteValues["id"] is string text && Guid.TryParseExact(text, "N", out var id))
            RequestOutcome.Of(context.HttpContext).Job = id.ToString("N");
        return next(context);
    }

    private static async Task<Accepted<JobDescription>> Submit(
        JobQuery query, HttpContext context, JobSubmission submission, JobDatabase database, JobView view, CancellationToken aborted)
    {
        var job = await submission.SubmitAsync(query, context, aborted);
        RequestOutcome.Of(context).Job = job.Id;
        return TypedResults.Accepted($"{context.Request.PathBase}/jobs/{job.Id}", view.Of(job, await TryLookAsync(database, job.Caller, aborted)));
    }

    // The job is in: whoever heard of a failure would send it again, and have two.
    private static async Task<JobLine?> TryLookAsync(JobDatabase database, string caller, CancellationToken aborted)
    {
        try
        {
            return await JobLine.OfAsync(database, caller, aborted);
        }
        catch (ProblemException away) when (away.Type == JobProblemTypes.StoreUnavailable)
        {
            return null;
        }
    }

    private static async Task<Ok<JobList>> List(JobListQuery query, HttpContext context, JobStore store, JobDatabase database, JobView view, CancellationToken aborted)
    {
        var caller = Caller.IdOf(context);
        var jobs = await store.ListAsync(caller, query, aborted);
        var line = await JobLine.OfAsync(database, caller, aborted);
        var page = jobs.Take(query.Limit).ToList();
        return TypedResults.Ok(new JobList([.. page.Select(job => view.Of(job, line))], jobs.Count > page.Count ? JobListQuery.Behind(page[^1]) : null));
    }

    private static async Task<Ok<JobDescription>> Describe(string id, HttpContext context, JobStore store, JobDatabase database, JobView view, CancellationToken aborted)
    {
        var caller = Caller.IdOf(context);
        var job = await store.FindAsync(caller, id, aborted);
        return TypedResults.Ok(view.Of(job, await JobLine.OfAsync(database, caller, aborted)));
    }

    private static async Task<IResult> Follow(string id, HttpContext context, JobStore store, JobEvents events, CancellationToken aborted)
    {
        var caller = Caller.IdOf(context);
        var job = await store.FindAsync(caller, id, aborted);
        var isHead = HttpMethods.IsHead(context.Request.Method);
        if (!isHead && job.Ended is not null && context.Request.Headers["Last-Event-ID"] == JobEvents.LastId)
            return TypedResults.NoContent();

        // By which nginx, and what is made of it, hands on each event as it comes; else it keeps them until there are kilobytes.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return isHead ? TypedResults.Text(string.Empty, EventStream) : TypedResults.ServerSentEvents(events.FollowAsync(caller, id, aborted));
    }

    private static async Task<FileStreamHttpResult> Fetch(string id, string output, HttpContext context, JobStore store, JobSpool spool, CancellationToken aborted)
    {
        var job = await store.FindAsync(Caller.IdOf(context), id, aborted);
        if (job.Ended is null)
            throw new ProblemException(JobProblemTypes.NotEnded, $"The job is {job.State.ToString().ToLowerInvariant()} and has no results yet. GET /jobs/{job.Id}/events tells when it has ended.");
        var results = JobView.ResultsOf(job);
        if (results.FirstOrDefault(result => result.Output == output) is not { } result)
            throw MissingResult.Of(job, output, results);
        var kind = SegmentOutput.Named(output);
        var file = await spool.OpenResultAsync(job.Id, job.Attempt, kind, aborted) ?? throw JobStore.Unknown(id);
        context.Response.Headers[SegmentEndpoint.ModelHeader] = job.Model;
        context.Response.Headers.ContentDisposition = kind.Disposition;
        return TypedResults.Stream(file, kind.MediaType, entityTag: new EntityTagHeaderValue($"\"{result.Sha256}\""), enableRangeProcessing: true);
    }

    private static async Task<Ok<JobDescription>> Remove(
        string id, JobRemovalQuery query, HttpContext context, JobStore store, JobSpool spool, JobsInHand inHand, JobMetrics metrics, JobView view, CancellationToken aborted)
    {
        var caller = Caller.IdOf(context);
        var job = await store.FindAsync(caller, id, aborted);
        if (await store.CancelAsync(caller, id))
        {
            metrics.Ended(JobState.Cancelled);

            // Another node that works on it finds out within a second, and removes the files; else they are swept.
            if (!inHand.Lose(id) && job.State == JobState.Queued)
                await spool.ClearAsync(id);
            return TypedResults.Ok(view.Of(await store.FindAsync(caller, id, aborted)));
        }

        // It may have ended since it was looked at, and is told as it was last.
        job = await store.FindAsync(caller, id, aborted);
        if (query.IsOnlyOpen)
            return TypedResults.Ok(view.Of(job));
        if (await store.RemoveAsync(caller, id) == 0)
            throw JobStore.Unknown(id);
        await spool.ClearAsync(id);
        return TypedResults.Ok(view.Of(job));
    }
}
