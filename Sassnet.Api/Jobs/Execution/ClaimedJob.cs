using Sassnet.Api.Jobs.Records;

namespace Sassnet.Api.Jobs.Execution;

/// <summary>A job that this process has taken to work on.</summary>
/// <param name="Record">Its record, as taken.</param>
/// <param name="IsBegunFirst">Whether no process had begun it before: one that put it back without an attempt had.</param>
internal sealed record ClaimedJob(JobRecord Record, bool IsBegunFirst);
