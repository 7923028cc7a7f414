using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;

namespace Sassnet.Api.Access;

/// <summary>Lets in who may call, and each no more than is allowed.</summary>
internal static class AccessSetup
{
    public static void AddAccess(this IServiceCollection services)
    {
        services.AddSection<AccessOptions>("Access");
        services.AddSection<OidcOptions>("Oidc");
        services.AddSection<CallerLimitOptions>("Limits");
        services.AddSingleton<KnownKeys>();
        services.AddSingleton<Door>();
        services.AddSingleton<CallerLimits>();
        services.AddLogin();

        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.Scheme, null).AddJwtBearer();

        // It makes keys for cookies and writes them into the user's folder; nobody uses them.
        services.Remove(services.Single(service => service.ImplementationType?.Name == "DataProtectionHostedService"));

        // RequestLog has the outcome, and the answer the reason.
        services.AddLogging(logging => logging.AddFilter(typeof(BearerHandler).FullName, LogLevel.None));

        // After those of the framework, which they correct.
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, OidcTokens>();
        services.AddSingleton<IPostConfigureOptions<JwtBearerOptions>, OidcTokens>();
        services.AddAuthorizationBuilder().SetFallbackPolicy(Scope.AnyCaller);
        services.AddSingleton<IAuthorizationHandler, ScopeHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessAnswers>();
        services.ConfigureSwaggerGen(swagger => swagger.DocumentFilter<AccessDocumentation>());
    }

    /// <summary>Stops the start where the service would be open to other machines and nobody has said that it may.</summary>
    /// <exception cref="StartException">It would be, or the keys cannot be read.</exception>
    public static void CheckAccess(this WebApplication app) => app.Services.GetRequiredService<Door>().Check(app.Configuration);

    /// <summary>Asks who calls and what he may; behind what finds the endpoint and before what reads the body.</summary>
    public static void UseAccess(this WebApplication app)
    {
        app.UseMiddleware<CrossSiteRequests>();

        // Does nothing, since each endpoint names its scheme; the framework would put one where failures are not answered yet.
        app.UseAuthentication();
        app.UseAuthorization();
        var limits = app.Services.GetRequiredService<CallerLimits>();
        app.Use(next => context => limits.InvokeAsync(context, next));
    }
}
