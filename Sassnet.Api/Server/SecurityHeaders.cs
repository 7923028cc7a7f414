using Microsoft.Extensions.Options;
using Sassnet.Api.Access;

namespace Sassnet.Api.Server;

/// <summary>
/// Tells browsers on every answer: take it for what it says it is, keep no copy, show it in no frame, run nothing of it. The page and that of the interface may
/// run their own scripts, and the page may ask the issuer at which people log in.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next, IOptions<OidcOptions> oidc)
{
    private static readonly string[] PageFiles = ["/index.html", "/assets", "/sample", "/icon.svg", "/third-party-notices.txt"];

    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    // Swagger UI writes styles and images into the page itself; its scripts are files.
    private const string Interface = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    // NiiVue has its letters and a material as images in its code.
    private readonly string _page = $"default-src 'self'; {(oidc.Value.PageOrigin is { } issuer ? $"connect-src 'self' {issuer}; " : string.Empty)}img-src 'self' data:; "
        + "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        var isInterface = path.StartsWithSegments("/swagger", StringComparison.Ordinal);
        var isPage = path == "/" || PageFiles.Any(folder => path.StartsWithSegments(folder, StringComparison.Ordinal));

        // Set last: the exception handler clears what was set before.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers.ContentSecurityPolicy = isPage ? _page : isInterface ? Interface : Nothing;
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";

            // The files of the pages are nobody's, and say themselves how long they may be kept.
            if (!isPage && !isInterface)
                headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(context);
    }
}
