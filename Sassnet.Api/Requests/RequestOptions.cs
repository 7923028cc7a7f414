using System.ComponentModel.DataAnnotations;

namespace Sassnet.Api.Requests;

/// <summary>How long an answer may take.</summary>
public sealed class RequestOptions
{
    /// <summary>
    /// The longest a segmentation may take from its first byte to its answer's first byte, waiting included; then 504. Default: 10 minutes.
    /// Range: 10 milliseconds to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromMinutes(10);
}
