using System.Net;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Server;

/// <summary>
/// Refuses requests to a name that is not the service's. A page of another site can make its own name point to this machine (DNS rebinding), and would then be
/// of one origin with the service; an address of digits cannot be made to point elsewhere.
/// </summary>
internal sealed class HostNames(RequestDelegate next, IOptions<ServerOptions> options)
{
    private readonly StringSegment[] _names = [.. options.Value.HostNames.Prepend("localhost").Select(name => new StringSegment(name))];

    public Task InvokeAsync(HttpContext context)
    {
        var host = context.Request.Host;
        return IsOurs(host)
            ? next(context)
            : throw new ProblemException(ProblemTypes.UnknownHost,
                $"The request is for '{host.Host}', and this service does not go by that name. Use one of: {string.Join(", ", _names)}, or its IP address; "
                + "whoever runs it can add names to Sassnet:Server:Hosts.");
    }

    // Clients of HTTP/1.0 name no host; browsers always do.
    private bool IsOurs(HostString host) =>
        !host.HasValue
        || _names.Contains(ServerOptions.AnyHost)
        || IPAddress.TryParse(host.Host, out _)
        || HostString.MatchesAny(host.Host, _names);
}
