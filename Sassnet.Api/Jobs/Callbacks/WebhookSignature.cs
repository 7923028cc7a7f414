using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sassnet.Api.Jobs.Callbacks;

/// <summary>Signs what is posted, as Standard Webhooks has it (github.com/standard-webhooks/standard-webhooks, symmetric signatures, v1).</summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>The signature of a message.</summary>
    /// <param name="key">The key.</param>
    /// <param name="id">The message's id, the same for every attempt.</param>
    /// <param name="at">When it is sent.</param>
    /// <param name="body">What is posted.</param>
    public static string Of(byte[] key, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{Seconds(at)}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }

    /// <summary>The value of <see cref="TimestampHeader"/>.</summary>
    public static string Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
