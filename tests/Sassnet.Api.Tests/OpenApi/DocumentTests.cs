using System.Text.Json;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.OpenApi;

public sealed class DocumentTests(SharedService shared)
{
    [Fact]
    public async Task Every_endpoint_is_described()
    {
        var document = await DocumentAsync();
        Assert.Equal(
            ["/health/live", "/health/ready", "/metrics", "/models", "/models/{name}", "/segment"],
            document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_answer_has_a_schema_and_an_example()
    {
        foreach (var (operation, name) in Operations(await DocumentAsync()))
        {
            Assert.False(string.IsNullOrEmpty(operation.GetProperty("summary").GetString()), name);
            Assert.False(string.IsNullOrEmpty(operation.GetProperty("description").GetString()), name);
            foreach (var answer in operation.GetProperty("responses").EnumerateObject())
            {
                foreach (var media in answer.Value.GetProperty("content").EnumerateObject())
                {
                    Assert.True(media.Value.TryGetProperty("schema", out _), $"{name} {answer.Name} {media.Name} has no schema");
                    var hasExample = media.Value.TryGetProperty("example", out _) || media.Value.TryGetProperty("examples", out _);
                    Assert.True(hasExample, $"{name} {answer.Name} {media.Name} has no example");
                    Assert.Equal(answer.Name != "200", media.Name == "application/problem+json");
                }
            }
        }
    }

    [Fact]
    public async Task Every_parameter_is_typed_described_and_exemplified()
    {
        foreach (var (operation, name) in Operations(await DocumentAsync()))
        {
            if (!operation.TryGetProperty("parameters", out var parameters))
                continue;
            foreach (var parameter in parameters.EnumerateArray())
            {
                var which = $"{name} {parameter.GetProperty("name").GetString()}";
                Assert.True(parameter.GetProperty("schema").TryGetProperty("type", out _), which);
                Assert.True(parameter.TryGetProperty("description", out _), which);
                Assert.True(parameter.TryGetProperty("example", out _) || parameter.TryGetProperty("examples", out _), which);
            }
        }
    }

    [Fact]
    public async Task Segment_shows_its_values_both_bodies_every_output_and_every_problem()
    {
        var segment = (await DocumentAsync()).GetProperty("paths").GetProperty("/segment").GetProperty("post");
        var output = segment.GetProperty("parameters").EnumerateArray().Single(parameter => parameter.GetProperty("name").GetString() == "output");
        Assert.Equal(
            ["segmentation", "sdm", "distance", "probability", "surface", "report", "dicom-seg", "dicom-parametric-map", "all"],
            output.GetProperty("schema").GetProperty("enum").EnumerateArray().Select(value => value.GetString()));
        var bodies = segment.GetProperty("requestBody").GetProperty("content");
        Assert.Equal("binary", bodies.GetProperty("multipart/form-data").GetProperty("schema").GetProperty("properties").GetProperty("volume").GetProperty("format").GetString());
        Assert.Equal("binary", bodies.GetProperty("application/octet-stream").GetProperty("schema").GetProperty("format").GetString());
        var answers = segment.GetProperty("responses");
        Assert.Equal(
            ["application/dicom", "application/gzip", "application/json", "application/zip", "model/stl"],
            answers.GetProperty("200").GetProperty("content").EnumerateObject().Select(media => media.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["200", "400", "404", "406", "408", "413", "415", "422", "500", "503", "504"],
            answers.EnumerateObject().Select(answer => answer.Name).Order(StringComparer.Ordinal));
        Assert.True(answers.GetProperty("503").GetProperty("headers").TryGetProperty("Retry-After", out _));
        foreach (var header in (string[])["Sassnet-Model", "Server-Timing", "X-Request-Id"])
            Assert.True(answers.GetProperty("200").GetProperty("headers").TryGetProperty(header, out _), header);
        foreach (var slug in (string[])["invalid-parameter", "empty-upload", "truncated", "bad-header"])
            Assert.True(answers.GetProperty("400").GetProperty("content").GetProperty("application/problem+json").GetProperty("examples").TryGetProperty(slug, out _), slug);
    }

    private static IEnumerable<(JsonElement Operation, string Name)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select (operation.Value, $"{operation.Name} {path.Name}");

    private async Task<JsonElement> DocumentAsync()
    {
        using var response = await shared.Service.Client.GetAsync("/swagger/v1/swagger.json", TestContext.Current.CancellationToken);
        return await ProblemAssert.JsonAsync(response);
    }
}
