using System.Net;
using System.Text.Json;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Server;

public sealed class PathBaseTests
{
    [Theory]
    [InlineData("/hospital/sassnet")]
    [InlineData("/hospital/sassnet/")]
    public async Task Below_a_path_the_page_its_document_and_the_service_are_found(string address)
    {
        await using var service = await TestService.StartAsync(("Sassnet:Server:PathBase", "/hospital/sassnet"));
        using var page = await service.Client.GetAsync(address, TestContext.Current.CancellationToken);
        var found = page.RequestMessage!.RequestUri!;
        Assert.Equal("/hospital/sassnet/", found.AbsolutePath);
        Assert.Contains("<title>Sassnet", await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // The page of the interface takes the document's address from this script, relative to itself.
        var script = await service.Client.GetStringAsync(new Uri(found, "swagger/index.js"), TestContext.Current.CancellationToken);
        Assert.Contains("\"v1/swagger.json\"", script, StringComparison.Ordinal);
        var document = JsonDocument.Parse(await service.Client.GetStringAsync(new Uri(found, "swagger/v1/swagger.json"), TestContext.Current.CancellationToken));
        var server = document.RootElement.GetProperty("servers")[0].GetProperty("url").GetString();
        Assert.Equal("/hospital/sassnet", server);
        using var answer = await service.Client.PostAsync($"{server}/segment", new ByteArrayContent(Scan.Small), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Where_the_proxy_takes_the_path_off_the_document_still_names_it()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Server:PathBase", "/sassnet"));
        Assert.Equal("/sassnet", await ServerAsync(service));
        using var answer = await service.SegmentAsync(Scan.Small);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_known_proxy_says_the_path_and_the_name_and_an_unknown_one_says_nothing()
    {
        await using var known = await TestService.StartAsync(("Sassnet:Server:Proxies", "127.0.0.1"), ("Sassnet:Server:Hosts", "scans.example.org"));
        await using var unknown = await TestService.StartAsync(("Sassnet:Server:Proxies", "10.0.0.0/8"), ("Sassnet:Server:Hosts", "scans.example.org"));
        (string, string)[] forwarded = [("X-Forwarded-For", "192.0.2.7"), ("X-Forwarded-Prefix", "/behind")];
        Assert.Equal("/behind", await ServerAsync(known, [.. forwarded, ("X-Forwarded-Host", "scans.example.org")]));
        Assert.Equal("/", await ServerAsync(unknown, [.. forwarded, ("X-Forwarded-Host", "other.example.org")]));

        // Its word is weighed like any other.
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live") { Headers = { { "X-Forwarded-For", "192.0.2.7" }, { "X-Forwarded-Host", "other.example.org" } } };
        using var refused = await known.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(refused, 400, "unknown-host");
    }

    [Fact]
    public async Task Without_a_path_the_document_names_the_root()
    {
        await using var service = await TestService.StartAsync();
        Assert.Equal("/", await ServerAsync(service));
    }

    private static async Task<string?> ServerAsync(TestService service, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/swagger/v1/swagger.json");
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return (await ProblemAssert.JsonAsync(response)).GetProperty("servers")[0].GetProperty("url").GetString();
    }
}
