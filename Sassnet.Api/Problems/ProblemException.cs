namespace Sassnet.Api.Problems;

/// <summary>Ends a request with a problem. The detail reaches the client: it says what to do, and holds nothing of a patient.</summary>
internal sealed class ProblemException(ProblemType type, string detail, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(detail, inner)
{
    /// <summary>What kind of problem.</summary>
    public ProblemType Type { get; } = type;

    /// <summary>When to try again, where that helps.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
