using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Access;

/// <summary>What pages of other origins have a browser send to a service on its machine, by the headers that browsers add and no page can change.</summary>
public sealed class CrossSiteTests(SharedService shared)
{
    private const string Own = "OWN";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/segment", "cross-site", "https://attacker.example")]
    [InlineData("POST", "/segment/report", "cross-site", null)]
    [InlineData("POST", "/jobs?output=all", "same-site", "http://localhost:1")]
    [InlineData("POST", "/jobs?output=all", "cross-site", Own)]
    [InlineData("DELETE", "/jobs/0f6b8f5c2a7d4e0e9d2a4f6b8c0d1e2f", "cross-site", "null")]
    [InlineData("PUT", "/models/random/default", "cross-site", null)]
    [InlineData("POST", "/models/reload", "something-new", null)]
    [InlineData("POST", "/segment", null, "https://attacker.example")]
    [InlineData("POST", "/segment", null, "http://127.0.0.1:1")]
    [InlineData("POST", "/segment", null, "http://127.0.0.1.attacker.example")]
    [InlineData("POST", "/segment", null, "null")]
    [InlineData("POST", "/segment", null, "not an origin")]
    public async Task While_the_service_is_open_it_does_nothing_for_a_page_of_another_origin(string method, string path, string? site, string? origin)
    {
        using var response = await SendAsync(shared.Service, method, path, site, origin);

        var detail = await ProblemAssert.IsAsync(response, 403, "cross-site");
        Assert.Contains(site is null ? "Origin is not this service's" : "Sec-Fetch-Site is not 'same-origin'", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("attacker", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/segment/report", "same-origin", Own)]
    [InlineData("POST", "/segment/report", "none", null)]
    [InlineData("POST", "/segment/report", null, Own)]
    [InlineData("POST", "/segment/report", null, null)]
    [InlineData("GET", "/models", "cross-site", "https://attacker.example")]
    [InlineData("HEAD", "/health/live", null, "https://attacker.example")]
    public async Task Its_own_page_other_clients_and_whoever_only_reads_are_answered(string method, string path, string? site, string? origin)
    {
        using var response = await SendAsync(shared.Service, method, path, site, origin);

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("https://scans.example.org", 200)]
    [InlineData("https://scans.example.org:443", 200)]
    [InlineData("http://scans.example.org", 403)]
    [InlineData("https://other.example.org", 403)]
    public async Task Behind_a_proxy_the_origin_is_the_one_that_the_client_sees(string origin, int status)
    {
        await using var service = await TestService.StartAsync(("Sassnet:Server:Proxies", "127.0.0.1"), ("Sassnet:Server:Hosts", "scans.example.org"));

        using var response = await SendAsync(
            service, "POST", "/segment/report", null, origin, ("X-Forwarded-For", "10.1.2.3"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "scans.example.org"));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task With_keys_nothing_is_asked_of_the_origin()
    {
        await using var locked = await LockedService.StartAsync();
        var key = locked.Key("segment");

        using var without = await SendAsync(locked.Service, "POST", "/segment/report", "cross-site", "https://attacker.example");
        using var with = await SendAsync(locked.Service, "POST", "/segment/report", "cross-site", "https://viewer.example", ("Authorization", $"Bearer {key}"));

        await ProblemAssert.IsAsync(without, 401, "unauthenticated");
        Assert.Equal(200, (int)with.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        TestService service, string method, string path, string? site, string? origin, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? new ByteArrayContent(Scan.Small) : null };
        if (site is not null)
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", site);
        if (origin is not null)
            request.Headers.TryAddWithoutValidation("Origin", origin == Own ? service.Address.GetLeftPart(UriPartial.Authority) : origin);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await service.Client.SendAsync(request, Cancelled);
    }
}
