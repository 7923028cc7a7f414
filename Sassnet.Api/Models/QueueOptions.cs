using System.ComponentModel.DataAnnotations;

namespace Sassnet.Api.Models;

/// <summary>How many requests may wait.</summary>
public sealed class QueueOptions
{
    /// <summary>Requests that may wait for a model besides the one it works on; the next gets 503. Default: 8. Range: 1 to 10 000.</summary>
    [Range(1, 10_000)]
    public int Length { get; set; } = 8;
}
