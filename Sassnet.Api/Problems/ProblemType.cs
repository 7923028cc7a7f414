namespace Sassnet.Api.Problems;

/// <summary>A kind of problem the service answers with (RFC 9457).</summary>
/// <param name="Slug">The last part of its <c>type</c>.</param>
/// <param name="Status">The HTTP status it comes with.</param>
/// <param name="Title">The kind in a few words, the same for every occurrence.</param>
/// <param name="Example">A detail as it may read; shown in the OpenAPI document.</param>
internal sealed record ProblemType(string Slug, int Status, string Title, string Example)
{
    private const string Prefix = "urn:sassnet:problem:";

    /// <summary>Whether an answer of a status that does not say so by itself (429, 503) tells when to try again.</summary>
    public bool IsPassing { get; init; }

    /// <summary>The <c>type</c> member.</summary>
    public string Urn => Prefix + Slug;
}

/// <summary>Ends a request with a problem. The detail reaches the client: it says what to do, and holds nothing of a patient.</summary>
internal class ProblemException(ProblemType type, string detail, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(detail, inner)
{
    /// <summary>What kind of problem.</summary>
    public ProblemType Type { get; } = type;

    /// <summary>When to try again, where that helps.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
