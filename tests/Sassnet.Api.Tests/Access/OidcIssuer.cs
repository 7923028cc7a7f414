using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sassnet.Api.Tests.Access;

/// <summary>An OpenID Connect issuer on this machine: its discovery document, its keys, tokens signed with them, and a page of login.</summary>
public sealed class OidcIssuer : IAsyncDisposable
{
    public const string Audience = "sassnet-tests";

    private readonly WebApplication _app;

    private OidcIssuer(WebApplication app)
    {
        _app = app;
        Login = new OidcLogin(this);
    }

    public string Address { get; private set; } = string.Empty;

    /// <summary>Where people log in.</summary>
    public OidcLogin Login { get; }

    public RsaSecurityKey Key { get; private set; } = NewKey("first");

    public static async Task<OidcIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var issuer = new OidcIssuer(builder.Build());
        issuer._app.MapGet("/.well-known/openid-configuration", () => Results.Text(issuer.Discovery().ToJsonString(), "application/json"));
        issuer._app.MapGet("/keys", () => Results.Text(new JsonObject { ["keys"] = new JsonArray(issuer.Published()) }.ToJsonString(), "application/json"));
        issuer.Login.Map(issuer._app);
        await issuer._app.StartAsync();
        issuer.Address = issuer._app.Urls.First();
        return issuer;
    }

    /// <summary>Withdraws the key and publishes another; returns the old one.</summary>
    public RsaSecurityKey Rotate()
    {
        var old = Key;
        Key = NewKey(Guid.NewGuid().ToString("N"));
        return old;
    }

    /// <summary>A good token, but for what is changed.</summary>
    public string Token(Action<SecurityTokenDescriptor>? change = null, SecurityKey? key = null)
    {
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = Audience,
            IssuedAt = DateTime.UtcNow,
            Expires = DateTime.UtcNow.AddMinutes(5),
            Claims = new Dictionary<string, object> { ["sub"] = "jane.doe@example.org", ["scope"] = "openid models" },
            SigningCredentials = new SigningCredentials(key ?? Key, SecurityAlgorithms.RsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    /// <summary>A token of another algorithm, signed by hand.</summary>
    public string Token(string algorithm, Func<byte[], byte[]> sign)
    {
        var good = Token().Split('.');
        var head = Base64UrlEncoder.Encode($"{{\"alg\":\"{algorithm}\",\"kid\":\"{Key.KeyId}\",\"typ\":\"JWT\"}}");
        return $"{head}.{good[1]}.{Base64UrlEncoder.Encode(sign(Encoding.ASCII.GetBytes($"{head}.{good[1]}")))}";
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    public static RsaSecurityKey NewKey(string id) => new(RSA.Create(2048)) { KeyId = id };

    private JsonObject Discovery() => new()
    {
        ["issuer"] = Address,
        ["jwks_uri"] = Address + "/keys",
        ["authorization_endpoint"] = Address + "/authorize",
        ["token_endpoint"] = Address + "/token",
        ["end_session_endpoint"] = Address + "/logout",
    };

    private JsonObject Published()
    {
        var parameters = Key.Rsa.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = Key.KeyId,
            ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
            ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
        };
    }
}
