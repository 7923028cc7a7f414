using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace Sassnet.Api.Access;

/// <summary>How people show on the page who they are.</summary>
/// <param name="ByKey">Whether there are API keys.</param>
/// <param name="Issuer">Where they log in; null where they cannot.</param>
internal sealed record Login(bool ByKey, LoginIssuer? Issuer);

/// <summary>An OpenID Connect issuer, as a public client is to use it.</summary>
/// <param name="Authority">Its address.</param>
/// <param name="ClientId">The page's name there.</param>
/// <param name="Scopes">What to ask it for, separated by blanks.</param>
internal sealed record LoginIssuer(string Authority, string ClientId, string Scopes);

/// <summary>Its JSON form.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Login))]
internal sealed partial class LoginJson : JsonSerializerContext;

/// <summary><c>GET /login</c>: what the page at <c>/</c> has to know before anybody has shown who he is. A public client's name is no secret.</summary>
internal static class LoginEndpoint
{
    public static void AddLogin(this IServiceCollection services) =>
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, LoginJson.Default));

    public static void MapLogin(this IEndpointRouteBuilder app) => app.MapGet("/login", Describe).AllowAnonymous().ExcludeFromDescription();

    private static Login Describe(KnownKeys keys, IOptions<OidcOptions> oidc) => new(
        keys.AreUsed,
        oidc.Value is { Authority: { } authority, ClientId: { } client, Scopes: var scopes } ? new LoginIssuer(authority, client, scopes) : null);
}
