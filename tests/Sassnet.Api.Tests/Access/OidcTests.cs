using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.IdentityModel.Tokens;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Access;

/// <summary>Tokens of an issuer of the test's own, over HTTP from its discovery document to the answer.</summary>
public sealed class OidcTests(OidcTests.Issued issued) : IClassFixture<OidcTests.Issued>
{
    private const string NotSigned = "it is not signed by a key of the issuer";

    private static readonly string[] ListOfScopes = ["openid", "segment"];

    private OidcIssuer Issuer => issued.Issuer;

    public static TheoryData<string, string> Refused { get; } = new()
    {
        { "expired", "it has expired" },
        { "not yet valid", "it is not valid yet" },
        { "without an end", "it does not say when it expires" },
        { "for another audience", "it is not for 'sassnet-tests'" },
        { "for nobody", "it is not for 'sassnet-tests'" },
        { "of another issuer", "it is of another issuer" },
        { "without a subject", "it names no subject" },
        { "alg none", NotSigned },
        { "alg none, signature kept", NotSigned },
        { "HS256 with the public key as its secret", NotSigned },
        { "HS256 with the modulus as its secret", NotSigned },
        { "by another key of the same name", NotSigned },
        { "by a key that nobody knows", NotSigned },
        { "changed after it was signed", NotSigned },
        { "nonsense", "it is no sound JSON Web Token" },
    };

    [Fact]
    public async Task A_good_token_lets_in_where_its_scopes_reach()
    {
        using var models = await issued.Service.GetAsync("/models", Issuer.Token());
        Assert.Equal(HttpStatusCode.OK, models.StatusCode);
        using var segment = await issued.Service.SendAsync("POST", "/segment", Issuer.Token());
        Assert.Contains("has models", await ProblemAssert.IsAsync(segment, 403, "forbidden"), StringComparison.Ordinal);
        using var none = await issued.Service.GetAsync("/models", Issuer.Token(token => token.Claims["scope"] = "openid profile"));
        Assert.Contains("has none", await ProblemAssert.IsAsync(none, 403, "forbidden"), StringComparison.Ordinal);
        using var list = await issued.Service.SendAsync("POST", "/segment", Issuer.Token(token => token.Claims["scope"] = ListOfScopes));
        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Any_other_token_is_refused_and_the_reason_said(string which, string reason)
    {
        using var response = await issued.Service.GetAsync("/models", Token(which));
        Assert.Contains(reason, await ProblemAssert.IsAsync(response, 401, "unauthenticated"), StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_a_little_late_is_borne_with()
    {
        using var response = await issued.Service.GetAsync("/models", Issuer.Token(token => token.Expires = DateTime.UtcNow.AddSeconds(-20)));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_new_key_is_fetched_when_it_is_first_seen_and_a_withdrawn_one_is_good_no_longer()
    {
        await using var fresh = new Issued();
        await fresh.InitializeAsync();
        using var first = await fresh.Service.GetAsync("/models", fresh.Issuer.Token());
        var old = fresh.Issuer.Rotate();
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var status = HttpStatusCode.Unauthorized;
        for (var tries = 0; tries < 3000 && status != HttpStatusCode.OK; tries++)
        {
            using var second = await fresh.Service.GetAsync("/models", fresh.Issuer.Token());
            status = second.StatusCode;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal(HttpStatusCode.OK, status);
        using var withdrawn = await fresh.Service.GetAsync("/models", fresh.Issuer.Token(key: old));
        await ProblemAssert.IsAsync(withdrawn, 401, "unauthenticated");
    }

    [Fact]
    public async Task Where_the_issuer_does_not_answer_a_token_is_503_and_a_key_still_works()
    {
        await using var fresh = new Issued();
        await fresh.InitializeAsync();
        var token = fresh.Issuer.Token();
        await fresh.Issuer.DisposeAsync();
        using var response = await fresh.Service.GetAsync("/models", token);
        await ProblemAssert.IsAsync(response, 503, "issuer-unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
        using var byKey = await fresh.Service.GetAsync("/models", fresh.Service.Key("models"));
        Assert.Equal(HttpStatusCode.OK, byKey.StatusCode);
    }

    [Fact]
    public async Task The_log_has_one_opaque_id_for_each_subject()
    {
        string[] subjects = ["jane.doe@example.org", "jane.doe@example.org", "john.doe@example.org"];
        var ids = new List<string>();
        foreach (var subject in subjects)
        {
            using var response = await issued.Service.GetAsync("/models", Issuer.Token(token => token.Claims["sub"] = subject));
            var id = response.Headers.GetValues("X-Request-Id").Single();
            for (var tries = 0; tries < 3000 && !Logged().Any(line => line.Contains(id, StringComparison.Ordinal)); tries++)
                await Task.Delay(20, TestContext.Current.CancellationToken);
            ids.Add(Regex.Match(Logged().Single(line => line.Contains(id, StringComparison.Ordinal)), "caller (token:[0-9a-f]{32}),").Groups[1].Value);
        }

        Assert.All(ids, Assert.NotEmpty);
        Assert.Equal(ids[0], ids[1]);
        Assert.NotEqual(ids[0], ids[2]);

        IEnumerable<string> Logged() => issued.Service.Service.Logs.Lines.Where(line => line.Contains("GET /models/ answered", StringComparison.Ordinal));
    }

    private string Token(string which) => which switch
    {
        "expired" => Issuer.Token(token => token.Expires = DateTime.UtcNow.AddMinutes(-2)),
        "not yet valid" => Issuer.Token(token => token.NotBefore = DateTime.UtcNow.AddMinutes(3)),
        "without an end" => Issuer.Token(token => token.Expires = null),
        "for another audience" => Issuer.Token(token => token.Audience = "another"),
        "for nobody" => Issuer.Token(token => token.Audience = null),
        "of another issuer" => Issuer.Token(token => token.Issuer = "https://login.example.org"),
        "without a subject" => Issuer.Token(token => token.Claims.Remove("sub")),
        "alg none" => Issuer.Token("none", _ => []),
        "alg none, signature kept" => Issuer.Token("none", _ => Base64UrlEncoder.DecodeBytes(Issuer.Token().Split('.')[2])),
        "HS256 with the public key as its secret" =>
            Issuer.Token("HS256", text => HMACSHA256.HashData(Encoding.ASCII.GetBytes(Issuer.Key.Rsa.ExportSubjectPublicKeyInfoPem()), text)),
        "HS256 with the modulus as its secret" => Issuer.Token("HS256", text => HMACSHA256.HashData(Issuer.Key.Rsa.ExportParameters(false).Modulus!, text)),
        "by another key of the same name" => Issuer.Token(key: OidcIssuer.NewKey(Issuer.Key.KeyId)),
        "by a key that nobody knows" => Issuer.Token(key: OidcIssuer.NewKey("unknown")),
        "changed after it was signed" => Issuer.Token().Split('.') is var parts
            ? $"{parts[0]}.{Issuer.Token(token => token.Claims["scope"] = "segment").Split('.')[1]}.{parts[2]}"
            : throw new InvalidOperationException(),
        _ => "eyJ.nonsense.nonsense",
    };

    /// <summary>An issuer, and a service that accepts its tokens.</summary>
    public sealed class Issued : IAsyncLifetime
    {
        public OidcIssuer Issuer { get; private set; } = null!;

        public LockedService Service { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Issuer = await OidcIssuer.StartAsync();
            Service = await LockedService.StartAsync(("Sassnet:Oidc:Authority", Issuer.Address), ("Sassnet:Oidc:Audience", OidcIssuer.Audience));
        }

        public async ValueTask DisposeAsync()
        {
            await Service.DisposeAsync();
            await Issuer.DisposeAsync();
        }
    }
}
