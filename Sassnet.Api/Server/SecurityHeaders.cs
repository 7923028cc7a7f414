namespace Sassnet.Api.Server;

/// <summary>
/// Tells browsers on every answer: take it for what it says it is, keep no copy, show it in no frame, run nothing of it. The page of the interface may run its
/// own scripts.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    private const string Nothing = "default-src 'none'; frame-ancestors 'none'";

    // Swagger UI writes styles and images into the page itself; its scripts are files.
    private const string Page = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var isPage = context.Request.Path.StartsWithSegments("/swagger", StringComparison.Ordinal);

        // Set last: the exception handler clears what was set before.
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers.ContentSecurityPolicy = isPage ? Page : Nothing;
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";

            // The files of the page are nobody's, and say themselves how long they may be kept.
            if (!isPage)
                headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(context);
    }
}
