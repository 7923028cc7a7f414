using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Sassnet.Api.Problems;
using Sassnet.Api.Requests;

namespace Sassnet.Api.Access;

/// <summary>Answers those who are not let in with problems and <c>WWW-Authenticate</c> (RFC 6750), and tells the log who called.</summary>
internal sealed class AccessAnswers : IAuthorizationMiddlewareResultHandler
{
    private const string Challenge = "Bearer realm=\"sassnet\"";

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        RequestOutcome.Of(context).Caller = Caller.IdOf(context);
        return authorizeResult.Succeeded ? next(context)
            : authorizeResult.Forbidden ? ForbidAsync(context, policy.Requirements.OfType<ScopeRequirement>().Single())
            : ChallengeAsync(context);
    }

    /// <summary>Has a refusal name the scopes that are needed, also one that is still to be thrown: the exception handler clears what was set before.</summary>
    public static void NameScopes(HttpResponse response, IEnumerable<string> scopes) => response.OnStarting(() =>
    {
        response.Headers.WWWAuthenticate = $"{Challenge}, error=\"insufficient_scope\", scope=\"{string.Join(' ', scopes)}\"";
        return Task.CompletedTask;
    });

    private static Task ForbidAsync(HttpContext context, ScopeRequirement requirement)
    {
        NameScopes(context.Response, requirement.AnyOf);
        var held = Caller.Of(context.User)!.Scopes.Order(StringComparer.Ordinal);
        return ProblemResponse.WriteAsync(context, ProblemTypes.Forbidden,
            $"This needs the scope {string.Join(" or ", requirement.AnyOf.Select(scope => $"'{scope}'"))}; the key or token sent has {Listed(held)}. Use one that has it.");
    }

    private static Task ChallengeAsync(HttpContext context)
    {
        var refusal = context.Features.Get<Refusal>() ?? new Refusal(ProblemTypes.Unauthenticated, ProblemTypes.Unauthenticated.Example);
        if (refusal.Type == ProblemTypes.Unauthenticated)
            context.Response.Headers.WWWAuthenticate = context.Request.Headers.Authorization.Count == 0 ? Challenge : $"{Challenge}, error=\"invalid_token\"";
        return ProblemResponse.WriteAsync(context, refusal.Type, refusal.Detail, refusal.RetryAfter);
    }

    private static string Listed(IEnumerable<string> scopes) => string.Join(", ", scopes) is { Length: > 0 } list ? list : "none";
}
