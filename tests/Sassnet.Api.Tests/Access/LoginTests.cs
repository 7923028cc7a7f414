using System.Net.Http.Json;
using System.Text.Json;
using Sassnet.Api.Access;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Access;

/// <summary>What the page learns before anybody has shown who he is.</summary>
public sealed class LoginTests
{
    private const string PageAlone = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    [Fact]
    public async Task Without_a_client_of_the_issuer_there_is_no_login_and_the_page_asks_this_service_only()
    {
        await using var locked = await LockedService.StartAsync(("Sassnet:Oidc:Authority", "https://login.example.org"), ("Sassnet:Oidc:Audience", "sassnet"));
        var login = await LoginAsync(locked.Service);
        Assert.True(login.GetProperty("byKey").GetBoolean());
        Assert.Equal(JsonValueKind.Null, login.GetProperty("issuer").ValueKind);
        Assert.Equal(PageAlone, await PolicyAsync(locked.Service));
    }

    [Fact]
    public async Task With_one_the_page_is_told_where_and_may_ask_that_origin_too()
    {
        await using var service = await TestService.StartAsync(
            ("Sassnet:Oidc:Authority", "https://login.example.org/realms/hospital"), ("Sassnet:Oidc:Audience", "sassnet"), ("Sassnet:Oidc:ClientId", "sassnet-page"),
            ("Sassnet:Oidc:Scopes", "openid api://sassnet/segment"));
        var login = await LoginAsync(service);
        Assert.False(login.GetProperty("byKey").GetBoolean());
        Assert.Equal(
            """{"authority":"https://login.example.org/realms/hospital","clientId":"sassnet-page","scopes":"openid api://sassnet/segment"}""", login.GetProperty("issuer").GetRawText());
        Assert.Equal(PageAlone.Replace("img-src", "connect-src 'self' https://login.example.org; img-src", StringComparison.Ordinal), await PolicyAsync(service));
    }

    [Theory]
    [InlineData("https://login.example.org:8443/x/", "https://login.example.org:8443")]
    [InlineData("https://login.example.org:443/x/", "https://login.example.org")]
    [InlineData("http://127.0.0.1:8090", "http://127.0.0.1:8090")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example")]
    [InlineData("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443")]
    public void An_issuers_origin_is_named_as_a_policy_takes_it(string authority, string origin) =>
        Assert.Equal(origin, new OidcOptions { Authority = authority, Audience = "x", ClientId = "page" }.PageOrigin);

    private static Task<JsonElement> LoginAsync(TestService service) => service.Client.GetFromJsonAsync<JsonElement>("/login", TestContext.Current.CancellationToken);

    private static async Task<string> PolicyAsync(TestService service)
    {
        using var page = await service.Client.GetAsync("/", TestContext.Current.CancellationToken);
        return Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
    }
}
