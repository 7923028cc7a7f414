using System.Text.Json.Serialization;
using Sassnet.Api.Archive;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Jobs.Descriptions;

/// <summary>A job as its caller sees it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="State">How far it is.</param>
/// <param name="Model">The model that makes it, <c>name@version</c>.</param>
/// <param name="Output">The output asked for.</param>
/// <param name="Created">When it was accepted.</param>
/// <param name="Started">When it was last begun; null while it waits, and where its results were there already.</param>
/// <param name="Ended">When it ended; null until then.</param>
/// <param name="Expires">When it goes at the latest, with its results; null until it has ended. It may go before, to make room.</param>
/// <param name="Position">Its place among the jobs that wait, 1 for the next; null once it was begun, and where it could not be looked up.</param>
/// <param name="Progress">How much of it is done, 0 to 1.</param>
/// <param name="Estimate">Seconds until it is expected to have ended, going by the jobs before it; null where there were none, and once it has ended.</param>
/// <param name="Problem">Why it failed; null where it did not.</param>
/// <param name="Results">What it made.</param>
/// <param name="Warnings">What in the input was not taken at its word, what makes the results doubtful, and what of all could not be made.</param>
/// <param name="RequestId">The id of the request that brought it.</param>
public sealed record JobDescription(
    string Id,
    JobState State,
    string Model,
    string Output,
    DateTimeOffset Created,
    DateTimeOffset? Started,
    DateTimeOffset? Ended,
    DateTimeOffset? Expires,
    int? Position,
    double Progress,
    double? Estimate,
    JobProblem? Problem,
    IReadOnlyList<JobResult> Results,
    IReadOnlyList<Warning> Warnings,
    string RequestId);

/// <summary>A file that a job made.</summary>
/// <param name="Output">What it is: a value of <c>output</c>.</param>
/// <param name="Href">Where it is.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, in hexadecimal; its <c>ETag</c> too.</param>
public sealed record JobResult(string Output, string Href, string MediaType, long Bytes, string Sha256);

/// <summary>Why a job failed (RFC 9457): what <c>POST /segment</c> would have answered, or one of the kinds that only jobs have, see <c>GET /jobs/{id}</c>.</summary>
/// <param name="Type">The kind, <c>urn:sassnet:problem:…</c>.</param>
/// <param name="Title">The kind in a few words.</param>
/// <param name="Status">The status of HTTP that goes with it.</param>
/// <param name="Detail">What is wrong and what to do.</param>
public sealed record JobProblem(string Type, string Title, int Status, string Detail);

/// <summary>Jobs, the newest first.</summary>
/// <param name="Jobs">A page of them.</param>
/// <param name="Next">The value of <c>after</c> for the next page; null on the last one.</param>
public sealed record JobList(IReadOnlyList<JobDescription> Jobs, string? Next);

/// <summary>The files of a job's volume: what is needed to read them again.</summary>
/// <param name="Numbers">Their numbers in what was sent, in order; each lies under its own.</param>
/// <param name="IsDicom">Whether they are DICOM.</param>
/// <param name="Warnings">What was left out.</param>
/// <param name="Archive">Where they are fetched from; null where they were sent.</param>
internal sealed record StoredInput(IReadOnlyList<int> Numbers, bool IsDicom, IReadOnlyList<Warning> Warnings, ArchiveOrder? Archive = null);

/// <summary>A result as the database has it.</summary>
internal sealed record StoredResult(string Output, long Bytes, string Sha256);

/// <summary>The JSON form of what is answered, posted and stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JobDescription))]
[JsonSerializable(typeof(JobList))]
[JsonSerializable(typeof(JobProblem))]
[JsonSerializable(typeof(StoredInput))]
[JsonSerializable(typeof(IReadOnlyList<StoredResult>))]
[JsonSerializable(typeof(IReadOnlyList<Warning>))]
internal sealed partial class JobsJson : JsonSerializerContext;
