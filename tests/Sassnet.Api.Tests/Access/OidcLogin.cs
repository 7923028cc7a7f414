using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;

namespace Sassnet.Api.Tests.Access;

/// <summary>
/// An issuer's login for one public client: authorization code with PKCE (RFC 7636), each code and each refresh token good once, and answers that only the client's own
/// page may read (CORS).
/// </summary>
public sealed class OidcLogin(OidcIssuer issuer)
{
    public const string Client = "sassnet-page";

    private readonly ConcurrentDictionary<string, IQueryCollection> _codes = new();
    private readonly ConcurrentDictionary<string, string> _refreshTokens = new();

    /// <summary>The client's page, the only address that is led back to.</summary>
    public Uri Page { get; set; } = null!;

    /// <summary>Whether logins can be renewed.</summary>
    public bool GivesRefreshTokens { get; set; }

    /// <summary>What is granted, whatever is asked for; null for that.</summary>
    public string? Granted { get; set; }

    /// <summary>What was asked for, by each login.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>How often a login was renewed.</summary>
    public int Renewals { get; private set; }

    /// <summary>The identity tokens of those who signed out.</summary>
    public ConcurrentQueue<string> SignedOut { get; } = [];

    /// <summary>Adds its addresses to the issuer's.</summary>
    public void Map(WebApplication app)
    {
        app.Use(next => context =>
        {
            if (Page is not null && context.Request.Headers.Origin == Page.GetLeftPart(UriPartial.Authority))
                context.Response.Headers.AccessControlAllowOrigin = Page.GetLeftPart(UriPartial.Authority);
            return next(context);
        });
        app.MapGet("/authorize", Ask);
        app.MapPost("/token", AnswerAsync);
        app.MapGet("/logout", End);
    }

    private IResult Ask(HttpRequest request)
    {
        var query = request.Query;
        if (query["client_id"] != Client || query["redirect_uri"] != Page.ToString() || query["response_type"] != "code" || query["code_challenge_method"] != "S256" || query["state"].Count != 1)
            return Results.BadRequest($"No login for {request.QueryString}.");
        var code = Guid.NewGuid().ToString("N");
        _codes[code] = query;
        Asked.Enqueue(query["scope"]!);
        var accept = Back(("code", code), ("state", query["state"]!));
        var refuse = Back(("error", "access_denied"), ("error_description", "Jane said no"), ("state", query["state"]!));
        return Results.Text($"<!doctype html><title>Login</title><a id=accept href=\"{accept}\">Go on as Jane</a> <a id=refuse href=\"{refuse}\">No</a>", "text/html");
    }

    private async Task<IResult> AnswerAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var isGood = form["client_id"] == Client && (form["grant_type"].ToString() switch
        {
            "authorization_code" => _codes.TryRemove(form["code"].ToString(), out var asked) && form["redirect_uri"] == asked["redirect_uri"]
                && asked["code_challenge"] == Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()))),
            "refresh_token" => _refreshTokens.TryRemove(form["refresh_token"].ToString(), out _),
            _ => false,
        });
        if (!isGood)
            return Results.Json(new JsonObject { ["error"] = "invalid_grant" }, statusCode: 400);
        if (form["grant_type"] == "refresh_token")
            Renewals++;
        var scope = Granted ?? Asked.Last();
        var answer = new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = 300,
            ["scope"] = scope,
            ["access_token"] = issuer.Token(token => token.Claims["scope"] = scope),
            ["id_token"] = issuer.Token(token => token.Audience = Client),
        };
        if (GivesRefreshTokens)
        {
            var refresh = Guid.NewGuid().ToString("N");
            _refreshTokens[refresh] = refresh;
            answer["refresh_token"] = refresh;
        }

        return Results.Text(answer.ToJsonString(), "application/json");
    }

    private IResult End(HttpRequest request)
    {
        SignedOut.Enqueue(request.Query["id_token_hint"].ToString());
        return request.Query["post_logout_redirect_uri"] == Page.ToString() ? Results.Redirect(Page.ToString()) : Results.BadRequest($"No way back by {request.QueryString}.");
    }

    private string Back(params (string Name, string Value)[] answer) => WebUtility.HtmlEncode(QueryHelpers.AddQueryString(Page.ToString(), answer.ToDictionary(part => part.Name, part => (string?)part.Value)));
}
