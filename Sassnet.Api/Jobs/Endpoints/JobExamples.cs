using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Segmentation;

namespace Sassnet.Api.Jobs.Endpoints;

/// <summary>Jobs as they may look, for the OpenAPI document.</summary>
internal static class JobExamples
{
    public const string Sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    public const string Order = "{\"dicomWeb\": {\"server\": \"pacs\", \"study\": \"1.2.826.0.1.3680043.10.1\", \"series\": \"1.2.826.0.1.3680043.10.1.1\"}, \"model\": \"left-atrium\", \"store\": true}";
    public const string Next = "638997120000000000-0f6b8f5c2a7d4e0e9d2a4f6b8c0d1e2f";

    private const string Id = "0f6b8f5c2a7d4e0e9d2a4f6b8c0d1e2f";

    private static readonly DateTimeOffset Created = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static JobDescription Waiting { get; } = new(
        Id, JobState.Queued, "left-atrium@1.0.0", "segmentation", Created, null, null, null, Position: 3, Progress: 0, Estimate: 12, null, [], [], "5a0c7f3e9b1d4c2a8e6f0b9d7c5a3e1f");

    public static JobDescription Ended { get; } = Waiting with
    {
        State = JobState.Succeeded,
        Started = Created.AddSeconds(9),
        Ended = Created.AddSeconds(13),
        Expires = Created.AddDays(7),
        Position = null,
        Progress = 1,
        Estimate = null,
        Results = [new JobResult("segmentation", $"/jobs/{Id}/results/segmentation", SegmentOutput.Segmentation.MediaType, 48_213, Sha256)],
    };

    public static JobList List { get; } = new([Ended], Next);
}
