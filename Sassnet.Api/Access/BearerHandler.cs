using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Access;

/// <summary>Why a credential was not accepted, among the request's features; holds nothing of it.</summary>
internal sealed record Refusal(ProblemType Type, string Detail, TimeSpan? RetryAfter = null);

/// <summary>
/// Finds out who calls, by <c>Authorization: Bearer</c>: an API key, or a token of the configured issuer. There is no second way, as there would be a second
/// one to forget in a log, a proxy or a limit.
/// </summary>
internal sealed class BearerHandler(
    KnownKeys keys,
    IOptions<OidcOptions> oidc,
    TimeProvider clock,
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>The name under which the framework knows it.</summary>
    public new const string Scheme = "Sassnet";

    private const string Start = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count == 0)
            return AuthenticateResult.NoResult();
        if (header is not [{ } single] || !single.StartsWith(Start, StringComparison.OrdinalIgnoreCase))
            return Refuse("'Authorization' is there but is not one 'Bearer CREDENTIAL'. Send the API key or token in that form.");
        var credential = single[Start.Length..].Trim();
        return credential.StartsWith(ApiKey.Prefix, StringComparison.Ordinal) ? OfKey(credential)
            : oidc.Value.IsUsed ? await Context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme)
            : Refuse("The credential is no API key: those begin with 'sassnet_'. This service accepts no tokens.");
    }

    // What a key's fate was is told to none but who has its secret.
    private AuthenticateResult OfKey(string text)
    {
        if (ApiKey.IdIn(text) is not { } id || keys.Find(id) is not { } key || !key.IsText(text))
            return Refuse("The API key is not one of this service's. Check that it was copied whole, or ask whoever runs the service for one.");
        if (key.Revoked is { } revoked)
            return Refuse($"The API key {id} was revoked on {revoked:yyyy-MM-dd}. Ask whoever runs the service for another.");
        if (key.Expires is { } expires && clock.GetUtcNow() >= expires)
            return Refuse($"The API key {id} expired at {expires.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}. Ask whoever runs the service for another.");
        return AuthenticateResult.Success(new AuthenticationTicket(Caller.Of(key).ToPrincipal(), Scheme));
    }

    private AuthenticateResult Refuse(string detail)
    {
        Context.Features.Set(new Refusal(ProblemTypes.Unauthenticated, detail));
        return AuthenticateResult.Fail(detail);
    }
}
