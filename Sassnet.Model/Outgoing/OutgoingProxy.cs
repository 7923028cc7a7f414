using System.Net;

namespace Sassnet.Model.Outgoing;

/// <summary>
/// The proxy that the environment names (<c>http_proxy</c>, <c>https_proxy</c>, <c>all_proxy</c>, but for what <c>no_proxy</c> lists), for every address but those on
/// this machine. The framework's knows no such exception, and would send to another machine what options take plain HTTP for because it stays on this one.
/// </summary>
public sealed class OutgoingProxy : IWebProxy
{
    private readonly IWebProxy _environment;

    private OutgoingProxy(IWebProxy environment) => _environment = environment;

    /// <inheritdoc/>
    public ICredentials? Credentials
    {
        get => _environment.Credentials;
        set => _environment.Credentials = value;
    }

    /// <summary>Has every client of this process that names no proxy of its own use it: those of a service to archives, issuers, callbacks and collectors, that of a training to its collector.</summary>
    public static void Use()
    {
        if (HttpClient.DefaultProxy is not OutgoingProxy)
            HttpClient.DefaultProxy = new OutgoingProxy(HttpClient.DefaultProxy);
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : _environment.GetProxy(destination);

    /// <summary>Whether an address is asked directly: the options take it for one on this machine by the same word, or the environment lists it.</summary>
    public bool IsBypassed(Uri host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.IsLoopback || _environment.IsBypassed(host);
    }
}
