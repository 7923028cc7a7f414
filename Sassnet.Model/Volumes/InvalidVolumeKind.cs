namespace Sassnet.Model.Volumes;

/// <summary>What sort of fault an <see cref="InvalidVolumeException"/> reports.</summary>
public enum InvalidVolumeKind
{
    /// <summary>The bytes break the rules of their own format (HTTP 400).</summary>
    Malformed,

    /// <summary>A limit on size is passed (HTTP 413).</summary>
    TooLarge,

    /// <summary>A format or data type this library does not read (HTTP 415).</summary>
    Unsupported,

    /// <summary>A readable volume that cannot be segmented (HTTP 422).</summary>
    NotServable,

    /// <summary>Reading it takes longer than allowed (HTTP 504).</summary>
    TooSlow,
}
