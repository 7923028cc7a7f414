using System.Security.Cryptography;
using System.Text;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Jobs.Endpoints;

/// <summary>
/// A client's own name for a request, by which it may send it again without a second job (draft-ietf-httpapi-idempotency-key-header). Only a hash of it is kept.
/// </summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    private const int Longest = 255;
    private const char Quote = '"';

    /// <summary>SHA-256 of a request's key; null where it has none.</summary>
    /// <exception cref="ProblemException">It is malformed.</exception>
    public static string? Of(IHeaderDictionary headers)
    {
        var sent = headers[Header];
        if (sent.Count == 0)
            return null;
        if (sent is not [{ } single])
            throw Malformed($"is there {sent.Count} times");

        // The draft has a string in quotes; many clients send it bare.
        var key = single.Length >= 2 && single[0] == Quote && single[^1] == Quote ? single[1..^1] : single;
        if (key.Length is 0 or > Longest)
            throw Malformed(FormattableString.Invariant($"has {key.Length} characters"));
        return key.All(character => character is > ' ' and <= '~' and not Quote and not '\\')
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key)))
            : throw Malformed("has a character that is not printable ASCII, or a blank, a quote or a backslash");
    }

    private static ProblemException Malformed(string what) => new(JobProblemTypes.KeyMalformed,
        $"'{Header}' {what}; accepted: one key of 1 to {Longest} printable ASCII characters, in double quotes, such as a UUID.");
}
