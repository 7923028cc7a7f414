using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

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

        // Known by its content, and by no date: after a return to an earlier version, whose file is older, browsers would keep the later one's page.
        var page = File.ReadAllBytes(Path.Combine(Folder, Index));
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(page))}\"");
        app.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], (HttpRequest request, HttpResponse response) => Show(request, response, page, tag))
            .AllowAnonymous().ExcludeFromDescription();
    }

    // Its files are named relative to it, and so its own address has to end in a slash. The redirect is relative too, so that it holds behind a proxy that takes a
    // prefix off and does not say so.
    private static Results<FileContentHttpResult, RedirectHttpResult> Show(HttpRequest request, HttpResponse response, byte[] page, EntityTagHeaderValue tag)
    {
        if (!request.Path.HasValue)
            return TypedResults.Redirect($"{request.PathBase.Value!.Split('/')[^1]}/");
        response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(page, "text/html; charset=utf-8", entityTag: tag);
    }

    private static bool HasHashInItsName(PathString path) => path.StartsWithSegments("/assets", StringComparison.Ordinal);
}
