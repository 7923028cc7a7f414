using System.Net;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Models;

public sealed class ModelEndpointTests(SharedService shared)
{
    private HttpClient Client => shared.Service.Client;

    [Fact]
    public async Task The_list_shows_every_version_the_newest_first_and_the_default()
    {
        using var response = await Client.GetAsync("/models", TestContext.Current.CancellationToken);
        var models = (await ProblemAssert.JsonAsync(response)).GetProperty("models").EnumerateArray().ToList();
        Assert.Equal(["1.10.0", "1.9.0"], models.Select(model => model.GetProperty("version").GetString()));
        Assert.Equal([true, false], models.Select(model => model.GetProperty("isDefault").GetBoolean()));
        Assert.Contains(models[0].GetProperty("state").GetString(), (string[])["ready", "loading"]);
        Assert.Equal("82471001", models[0].GetProperty("labels")[0].GetProperty("snomedCode").GetString());
    }

    [Theory]
    [InlineData("random", "1.10.0")]
    [InlineData("random@1.9.0", "1.9.0")]
    public async Task A_model_is_described_by_its_manifest(string name, string version)
    {
        using var response = await Client.GetAsync($"/models/{name}", TestContext.Current.CancellationToken);
        var manifest = await ProblemAssert.JsonAsync(response);
        Assert.Equal(version, manifest.GetProperty("version").GetString());
        Assert.Equal("zscore", manifest.GetProperty("preprocessing").GetProperty("normalisation").GetString());
        Assert.Equal(64, manifest.GetProperty("sha256").GetString()!.Length);
    }

    [Fact]
    public async Task An_unknown_model_is_a_problem()
    {
        using var response = await Client.GetAsync("/models/nobody", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(response, 404, "unknown-model");
    }

    [Theory]
    [InlineData("/health/live", "live")]
    [InlineData("/health/ready", "ready")]
    public async Task A_loaded_service_is_live_and_ready(string path, string status)
    {
        using var response = await Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(status, (await ProblemAssert.JsonAsync(response)).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("GET", "/segment", 405, "method-not-allowed")]
    [InlineData("POST", "/models", 405, "method-not-allowed")]
    [InlineData("GET", "/nowhere", 404, "not-found")]
    [InlineData("PUT", "/segment/scan.nii.gz", 404, "not-found")]
    public async Task The_frameworks_own_refusals_are_problems_too(string method, string path, int status, string slug)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(response, status, slug);
    }

    [Fact]
    public async Task The_page_of_the_interface_is_there()
    {
        using var response = await Client.GetAsync("/swagger", TestContext.Current.CancellationToken);
        Assert.Equal("/swagger/index.html", response.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Contains("swagger-ui", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
