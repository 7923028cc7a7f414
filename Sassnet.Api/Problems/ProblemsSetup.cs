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
            var type = ProblemTypes.OfStatus(status.HttpContext.Response.StatusCode);
            return ProblemResponse.WriteAsync(status.HttpContext, type, type.Example);
        });
    }
}
