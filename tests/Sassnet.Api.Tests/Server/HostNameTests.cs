using System.Net;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Server;

public sealed class HostNameTests(SharedService shared)
{
    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:8080")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:8080")]
    [InlineData("10.1.2.3:8080")]
    public async Task Requests_to_this_machine_and_to_an_address_are_answered(string host)
    {
        using var response = await GetAsync(shared.Service, host);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("attacker.example")]
    [InlineData("localhost.attacker.example")]
    [InlineData("127.0.0.1.attacker.example:8080")]
    public async Task Another_name_that_was_made_to_point_here_is_refused(string host)
    {
        using var response = await GetAsync(shared.Service, host);
        Assert.Contains("Sassnet:Server:Hosts", await ProblemAssert.IsAsync(response, 400, "unknown-host"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sassnet.example.org", 200)]
    [InlineData("SASSNET.example.org:443", 200)]
    [InlineData("a.cluster.local", 200)]
    [InlineData("localhost", 200)]
    [InlineData("other.example.org", 400)]
    public async Task Names_come_by_configuration(string host, int status)
    {
        await using var service = await TestService.StartAsync(("Sassnet:Server:Hosts", "sassnet.example.org; *.cluster.local"));
        using var response = await GetAsync(service, host);
        Assert.Equal(status, (int)response.StatusCode);
    }

    private static async Task<HttpResponseMessage> GetAsync(TestService service, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.Host = host;
        return await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
