using System.Text.Json.Serialization;

namespace Sassnet.Api.Jobs.Descriptions;

/// <summary>How far a job is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>It waits for its turn.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>It is being worked on.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Its results are there.</summary>
    [JsonStringEnumMemberName("succeeded")]
    Succeeded,

    /// <summary>It came to nothing, and its problem says why.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It was given up by the caller.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
