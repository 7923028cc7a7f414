using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Server;

public sealed class MethodTests(SharedService shared)
{
    [Theory]
    [InlineData("/segment", 405)]
    [InlineData("/models", 405)]
    [InlineData("/metrics", 405)]
    [InlineData("/health/live", 405)]
    [InlineData("/swagger/index.html", 404)]
    [InlineData("/", 405)]
    [InlineData("/nowhere", 404)]
    public async Task TRACE_which_would_show_a_page_the_headers_it_may_not_see_is_not_answered(string path, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Trace, path) { Headers = { { "X-Canary", "canary" } } };
        using var response = await shared.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        var text = response.Headers + await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("canary", text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/v2/health/live")]
    [InlineData("/v2/health/ready")]
    [InlineData("/v2/models/random/ready")]
    [InlineData("/models")]
    [InlineData("/models/random")]
    [InlineData("/jobs")]
    [InlineData("/login")]
    [InlineData("/metrics")]
    [InlineData("/")]
    [InlineData("/swagger/index.html")]
    [InlineData("/swagger/v1/swagger.json")]
    public async Task HEAD_by_which_many_watch_a_service_is_answered_as_GET_without_the_body(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var head = await shared.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        using var get = await shared.Service.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, get.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task HEAD_is_allowed_wherever_GET_is_and_nothing_that_changes_something_is()
    {
        using var refused = await shared.Service.Client.PutAsync("/models", null, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "GET, HEAD"), (refused.StatusCode, string.Join(", ", refused.Content.Headers.Allow.Order())));
        using var request = new HttpRequestMessage(HttpMethod.Head, "/segment");
        using var post = await shared.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, "POST"), (post.StatusCode, string.Join(", ", post.Content.Headers.Allow)));
        var methods = shared.Service.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).ToList();
        Assert.Contains(methods, each => each.Contains("GET"));
        Assert.All(methods, each => Assert.Equal(each.Contains("GET"), each.Contains("HEAD")));
    }

    [Theory]
    [InlineData("GET", "/models")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/swagger/v1/swagger.json")]
    [InlineData("OPTIONS", "/segment")]
    [InlineData("OPTIONS", "/models")]
    public async Task No_page_of_another_origin_may_read_an_answer(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Headers = { { "Origin", "https://other.example.org" }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "authorization" } },
        };
        using var response = await shared.Service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(method == "OPTIONS" ? HttpStatusCode.MethodNotAllowed : HttpStatusCode.OK, response.StatusCode);
    }
}
