namespace Sassnet.Api.Jobs.Settings;

/// <summary>A secret as Standard Webhooks writes it (github.com/standard-webhooks/standard-webhooks): <c>whsec_</c> and 24 to 64 bytes in Base64.</summary>
internal static class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int FewestBytes = 24;
    private const int MostBytes = 64;

    /// <summary>The key in a secret; null where it is none.</summary>
    public static byte[]? KeyIn(string? secret)
    {
        if (secret?.StartsWith(Prefix, StringComparison.Ordinal) != true)
            return null;
        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var count) && count is >= FewestBytes and <= MostBytes ? key[..count] : null;
    }
}
