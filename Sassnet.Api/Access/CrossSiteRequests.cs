using Microsoft.Net.Http.Headers;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Access;

/// <summary>
/// Refuses, while the door is open, what a page of another origin has a browser send: any page that somebody on this machine looks at could have the service
/// work, though it could not read the answers. With keys there is no need, since no browser sends one by itself. Clients that are no browsers send neither header
/// (Fetch Metadata; Fetch 3.2).
/// </summary>
internal sealed class CrossSiteRequests(RequestDelegate next, Door door)
{
    private const string FetchSite = "Sec-Fetch-Site";

    public Task InvokeAsync(HttpContext context)
    {
        if (IsSafe(context.Request.Method) || FromElsewhere(context.Request) is not { } seen || !door.IsOpen)
            return next(context);
        throw new ProblemException(ProblemTypes.CrossSite,
            $"A page that is not this service's own sent this ({seen}), and the service is open: it takes from browsers what its own page sends. Use the page at '/' "
            + "or another client, or have whoever runs the service make a key.");
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    // Browsers leave the first header out where the connection is neither encrypted nor of this machine.
    private static string? FromElsewhere(HttpRequest request)
    {
        if (request.Headers[FetchSite] is { Count: > 0 } site)
            return site is ["same-origin" or "none"] ? null : $"{FetchSite} is not 'same-origin'";
        return request.Headers.Origin is { Count: > 0 } origin && !IsOwn(origin.ToString(), request)
            ? $"{HeaderNames.Origin} is not this service's, unless a proxy changed the host: then have it hand on Host, or X-Forwarded-Host and -Proto, and name it in Sassnet:Server:Proxies"
            : null;
    }

    // Either may name the usual port of its scheme or leave it out.
    private static bool IsOwn(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var own)
        && from.GetLeftPart(UriPartial.Authority) == own.GetLeftPart(UriPartial.Authority);
}
