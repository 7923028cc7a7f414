using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Sassnet.Api.Access;

/// <summary>
/// A key as it is stored: everything but the secret. Of that only the SHA-256 is kept. A password would need a slow and salted hash, since people choose what
/// can be guessed; the 256 bits of a key are random, so nobody can try them all, and no two keys share a secret.
/// </summary>
/// <param name="Id">By which it is found, listed, revoked and logged; no secret.</param>
/// <param name="Name">What it is for, in its maker's words.</param>
/// <param name="Scopes">What its holder may do.</param>
/// <param name="Sha256">The hash of the whole key as it is sent, in hexadecimal digits.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">When it stops working; null for never.</param>
/// <param name="Revoked">When it was revoked; null while it was not.</param>
internal sealed partial record ApiKey(
    string Id, string Name, IReadOnlyList<string> Scopes, string Sha256, DateTimeOffset Created, DateTimeOffset? Expires, DateTimeOffset? Revoked)
{
    /// <summary>How every key begins, so that it is told from a token, and found where it should not be.</summary>
    public const string Prefix = "sassnet_";

    private const int IdBytes = 6;
    private const int SecretBytes = 32;

    /// <summary>Makes a key; its text is <c>sassnet_ID_SECRET</c>, to be shown once.</summary>
    public static (ApiKey Key, string Text) Make(string name, IReadOnlyList<string> scopes, DateTimeOffset now, DateTimeOffset? expires)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var text = $"{Prefix}{id}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))}";
        return (new ApiKey(id, name, scopes, Convert.ToHexStringLower(Hash(text)), now, expires, null), text);
    }

    /// <summary>The id in a key's text; null where the text is no key.</summary>
    public static string? IdIn(string text) => TextPattern().Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Whether this is its text; takes as long for any.</summary>
    public bool IsText(string text) => CryptographicOperations.FixedTimeEquals(Hash(text), Convert.FromHexString(Sha256));

    /// <summary>Says what is wrong with a stored key; null where nothing is.</summary>
    public string? Fault() =>
        Id is null || !IdPattern().IsMatch(Id) ? $"the id '{Id}' is not {2 * IdBytes} hexadecimal digits"
        : Sha256 is null || !HashPattern().IsMatch(Sha256) ? $"sha256 of key {Id} is not 64 hexadecimal digits"
        : Scopes is null || Scopes.Count == 0 ? $"key {Id} has no scopes"
        : Scopes.FirstOrDefault(scope => !Scope.All.Contains(scope)) is { } other ? $"key {Id} has the scope '{other}'; accepted: {string.Join(", ", Scope.All)}"
        : null;

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    [GeneratedRegex("^sassnet_([0-9a-f]{12})_[0-9a-f]{64}$")]
    private static partial Regex TextPattern();

    [GeneratedRegex("^[0-9a-f]{12}$")]
    private static partial Regex IdPattern();

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex HashPattern();
}
