using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Sassnet.Api.OpenApi;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Access;

/// <summary>What a caller may be allowed to do: the words that keys and tokens carry.</summary>
internal static class Scope
{
    /// <summary>Send scans, and see which models there are.</summary>
    public const string Segment = "segment";

    /// <summary>Send scans as jobs and fetch their results.</summary>
    public const string Jobs = "jobs";

    /// <summary>See and change the models.</summary>
    public const string Models = "models";

    /// <summary>Read the service's figures.</summary>
    public const string Metrics = "metrics";

    /// <summary>Let the service fetch from an archive and store to it.</summary>
    public const string Archive = "archive";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Segment, Jobs, Models, Metrics, Archive];

    /// <summary>Opens an endpoint to callers with one of these scopes. An endpoint that says nothing is open to none, see <see cref="AnyCaller"/>.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoint, params IReadOnlyList<string> anyOf)
        where TBuilder : IEndpointConventionBuilder => endpoint
        .RequireAuthorization(Policy(new ScopeRequirement(anyOf)))
        .WithMetadata(new EndpointProblems(
            [ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.CallerLimit, ProblemTypes.IssuerUnavailable]));

    /// <summary>The policy of addresses that ask for no scope, those at which there is nothing included: whoever has shown who he is.</summary>
    public static AuthorizationPolicy AnyCaller { get; } = Policy(new ScopeRequirement([]));

    /// <summary>What an endpoint asks for; null where it asks for no scope.</summary>
    public static ScopeRequirement? Of(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<AuthorizationPolicy>()?.Requirements.OfType<ScopeRequirement>().SingleOrDefault();

    private static AuthorizationPolicy Policy(ScopeRequirement requirement) => new([requirement], [BearerHandler.Scheme]);
}

/// <summary>One of these scopes; any caller where there is none in the list.</summary>
internal sealed record ScopeRequirement(IReadOnlyList<string> AnyOf) : IAuthorizationRequirement
{
    /// <summary>Whether this is one of those asked for.</summary>
    public bool IsMetBy(ClaimsPrincipal user) =>
        Caller.Of(user) is { } caller && (AnyOf.Count == 0 || AnyOf.Any(caller.Scopes.Contains));
}

/// <summary>Lets in who has the scope, and everybody while nothing says who may call.</summary>
internal sealed class ScopeHandler(Door door) : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (door.IsOpen || requirement.IsMetBy(context.User))
            context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
