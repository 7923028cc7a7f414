using System.Net;

namespace Sassnet.Api.Jobs.Settings;

/// <summary>The host of an address, as it is configured: a name or an IP address, with a port where that is not the scheme's.</summary>
internal static class CallbackHost
{
    /// <summary>Whether an address can be on a host that is configured as this: one that is written otherwise would never be met.</summary>
    public static bool IsHost(string text) => IPAddress.TryParse(text, out _)
        || (Uri.TryCreate($"{Uri.UriSchemeHttps}://{text}", UriKind.Absolute, out var address)
            && NameOf(address) is { } name && Uri.CheckHostName(name) != UriHostNameType.Unknown
            && (IsSame(text, name) || IsSame(text, WithPort(name, address))));

    /// <summary>Whether an address is on a host.</summary>
    /// <param name="host">The host, as it is configured.</param>
    /// <param name="address">The address.</param>
    /// <param name="name">What <see cref="NameOf"/> has of it.</param>
    public static bool Has(string host, Uri address, string name) => (address.IsDefaultPort && IsSame(host, name)) || IsSame(host, WithPort(name, address));

    /// <summary>The name of an address's host, international ones as <c>xn--…</c>; null where it is none, which for some is found only when they are asked for.</summary>
    public static string? NameOf(Uri address)
    {
        try
        {
            return address.IdnHost;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    /// <summary>A host with the port of an address.</summary>
    public static string WithPort(string name, Uri address) => FormattableString.Invariant($"{name}:{address.Port}");

    private static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
