namespace Sassnet.Model.Volumes;

/// <summary>
/// An input that is not a volume this library can use. The message names the field, the value seen and what is accepted;
/// it never carries a file name or a header string, which may identify a patient.
/// </summary>
public sealed class InvalidVolumeException : Exception
{
    /// <summary>Makes an exception for one fault.</summary>
    public InvalidVolumeException(InvalidVolumeKind kind, string slug, string message, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
        Slug = slug;
    }

    /// <summary>The same fault, told of one of several inputs.</summary>
    /// <param name="input">What the caller calls that input, such as <c>Case 7</c>; a name that may be said aloud.</param>
    public InvalidVolumeException Of(string input) => new(Kind, Slug, $"{input}: {Message}", this);

    /// <summary>What sort of fault it is; the HTTP service maps it to a status.</summary>
    public InvalidVolumeKind Kind { get; }

    /// <summary>The message without its end, where that tells callers of the service what to do, and others have another way; else null.</summary>
    public string? WithoutAdvice { get; init; }

    /// <summary>A short stable identifier of the fault, such as <c>bad-header</c> or <c>truncated</c>.</summary>
    public string Slug { get; }
}
