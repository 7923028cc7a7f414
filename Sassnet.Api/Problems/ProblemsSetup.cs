using Microsoft.Net.Http.Headers;

namespace Sassnet.Api.Problems;

/// <summary>Makes every failure, the framework's own included, a problem of RFC 9457.</summary>
internal static class ProblemsSetup
{
    public static void AddProblems(this IServiceCollection services) => services.AddExceptionHandler<ProblemExceptionHandler>();

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(status =>
        {
            // Of a file that is not sent; whoever saves the answer by it would take the problem for the file.
            status.HttpContext.Response.Headers.Remove(HeaderNames.ContentDisposition);
            var type = ProblemTypes.OfStatus(status.HttpContext.Response.StatusCode);
            return ProblemResponse.WriteAsync(status.HttpContext, type, type.Example);
        });

        // The framework answers a range beyond the end with nothing, of the file's type, and what has a length or a type is passed over above.
        app.Use(async (context, next) =>
        {
            await next(context);
            if (context.Response is { StatusCode: StatusCodes.Status416RangeNotSatisfiable, HasStarted: false } response)
                (response.ContentLength, response.ContentType) = (null, null);
        });
    }
}
