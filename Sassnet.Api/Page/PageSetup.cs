using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.FileProviders;

namespace Sassnet.Api.Page;

/// <summary>
/// Serves the page at <c>/</c>, which <c>web/</c> is built into. Nobody has to show who he is for it: it says nothing of this service, and asks for the key itself.
/// </summary>
internal static class PageSetup
{
    private const string Index = "index.html";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "wwwroot");

    /// <summary>Serves the page and its files, before anything asks who calls.</summary>
    public static void MapPage(this WebApplication app)
    {
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(Folder),
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = HasHashInItsName(file.Context.Request.Path) ? "public, max-age=31536000, immutable" : "no-cache",
        });
        app.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], Show).AllowAnonymous().ExcludeFromDescription();
    }

    // Its files are named relative to it, and so its own address has to end in a slash. The redirect is relative too, so that it holds behind a proxy that takes a
    // prefix off and does not say so.
    private static Results<PhysicalFileHttpResult, RedirectHttpResult> Show(HttpRequest request, HttpResponse response)
    {
        if (!request.Path.HasValue)
            return TypedResults.Redirect($"{request.PathBase.Value!.Split('/')[^1]}/");
        response.Headers.CacheControl = "no-cache";
        return TypedResults.PhysicalFile(Path.Combine(Folder, Index), "text/html; charset=utf-8");
    }

    private static bool HasHashInItsName(PathString path) => path.StartsWithSegments("/assets", StringComparison.Ordinal);
}
