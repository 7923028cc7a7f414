using Sassnet.Api.Problems;

namespace Sassnet.Api.Jobs.Descriptions;

/// <summary>The problems that only jobs have.</summary>
internal static class JobProblemTypes
{
    public static readonly ProblemType UnknownJob = new("unknown-job", 404, "No such job",
        "There is no job '0f6b8f5c2a7d4e0e9d2a4f6b8c0d1e2f'. It may have been removed, or its time is over; GET /jobs lists those there are.");

    public static readonly ProblemType UnknownResult = new("unknown-result", 404, "No such result",
        "The job has no result 'sdm'; it has: segmentation. Ask for it in a job of its own, or for 'all'.");

    public static readonly ProblemType NotEnded = new("job-not-ended", 409, "The job has not ended",
        "The job is running and has no results yet. GET /jobs/0f6b8f5c2a7d4e0e9d2a4f6b8c0d1e2f/events tells when it has ended.");

    public static readonly ProblemType KeyMalformed = new("idempotency-key-malformed", 400, "The idempotency key is malformed",
        "'Idempotency-Key' has 300 characters; accepted: one key of 1 to 255 printable ASCII characters, in double quotes, such as a UUID.");

    public static readonly ProblemType KeyInUse = new("idempotency-in-progress", 409, "The first request with this key is still being received",
        "A request with this 'Idempotency-Key' is still being received. Send it again in a moment: the answer is then the job that it made.")
    {
        IsPassing = true,
    };

    public static readonly ProblemType KeyReused = new("idempotency-mismatch", 422, "The idempotency key was used for another request",
        "This 'Idempotency-Key' belongs to a job with another body. Use a new key for a new job.");

    public static readonly ProblemType CallbackRefused = new("callback-refused", 400, "The callback may not be posted to",
        "'callback' is not an address to which this service may post: accepted are https addresses on the hosts that whoever runs it lists in Sassnet:Jobs:CallbackHosts.");

    public static readonly ProblemType Abandoned = new("job-abandoned", 500, "The service ended while it worked on the job",
        "3 times the service ended while it worked on this job, the most that it tries. The volume may be what ended it: report the job's id, and do not send it again.");

    public static readonly ProblemType StoreUnavailable = new("job-store-unavailable", 503, "Jobs cannot be read or stored now",
        "The store of the jobs cannot be reached; the service's log says why. Nothing is wrong with the request: try again in a while.");

    public static readonly ProblemType FileRefused = new("job-file-refused", 503, "The store of the jobs does not take a file",
        "The bucket of this service takes files and refused one of 104857600 bytes, with HTTP 403: a quota may be used up, or it takes none so large. The service's log says more. "
        + "Nothing is wrong with the request: try again in a while.");

    /// <summary>The first request with a key is still being received.</summary>
    public static ProblemException BeingReceived() => new(KeyInUse, KeyInUse.Example, TimeSpan.FromSeconds(2));

    /// <summary>How long to wait while the store cannot be reached.</summary>
    public static TimeSpan StoreRetry { get; } = TimeSpan.FromSeconds(10);
}
