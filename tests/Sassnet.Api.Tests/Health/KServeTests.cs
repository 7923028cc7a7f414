using System.Net;
using System.Text.Json;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Health;

/// <summary>What a client of KServe asks (Open Inference Protocol, version 2), beside the service's own addresses.</summary>
public sealed class KServeTests(SharedService shared)
{
    [Theory]
    [InlineData("/v2/health/live", "{\"live\":true}")]
    [InlineData("/v2/health/ready", "{\"ready\":true}")]
    [InlineData("/v2/models/random/ready", "{\"name\":\"random\",\"ready\":true}")]
    [InlineData("/v2/models/random@1.9.0/ready", "{\"name\":\"random@1.9.0\",\"ready\":true}")]
    public async Task The_answers_have_the_protocols_form(string path, string expected)
    {
        using var response = await shared.Service.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(expected, JsonSerializer.Serialize(await ProblemAssert.JsonAsync(response)));
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_not_ready()
    {
        using var response = await shared.Service.Client.GetAsync("/v2/models/nobody/ready", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(response, 404, "unknown-model");
    }
}
