using System.Reflection;
using System.Text.Json;
using Sassnet.Api.Problems;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Api.Tests.Structure;
using Xunit;

namespace Sassnet.Api.Tests.OpenApi;

public sealed class DocumentTests(SharedService shared)
{
    private static readonly string[] OfEveryServer =
    [
        "Date", "Server", "Content-Type", "Content-Length", "Transfer-Encoding", "Cache-Control", "X-Content-Type-Options", "X-Frame-Options", "Content-Security-Policy",
        "Referrer-Policy", "Cross-Origin-Resource-Policy",
    ];

    [Fact]
    public async Task Every_endpoint_is_described()
    {
        var document = await DocumentAsync();
        Assert.Equal(
            [
                "/health/live", "/health/ready", "/jobs", "/jobs/{id}", "/jobs/{id}/events", "/jobs/{id}/results/{output}", "/metrics", "/models", "/models/reload", "/models/{name}",
                "/models/{name}/default", "/segment", "/segment/report", "/v2/health/live", "/v2/health/ready", "/v2/models/{name}/ready",
            ],
            document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_kind_of_problem_that_the_service_has_is_told_of()
    {
        var text = (await DocumentAsync()).GetRawText();
        var slugs = typeof(ProblemType).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(ProblemType))
            .Select(field => ((ProblemType)field.GetValue(null)!).Slug)
            .Concat(VolumeFaults.Slugs)
            .ToList();

        // Of the service itself; of a volume, made by itself, by a method that takes the slug, and with a slug that has a name.
        Assert.All((string[])["unknown-host", "bad-extension", "localiser", "decompression-limit"], slug => Assert.Contains(slug, slugs));
        Assert.All(slugs, slug => Assert.Contains($"`{slug}`", text, StringComparison.Ordinal));
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
                // Answers without a body.
                if (answer.Name is "204" or "304")
                    continue;
                foreach (var media in answer.Value.GetProperty("content").EnumerateObject())
                {
                    Assert.True(media.Value.TryGetProperty("schema", out _), $"{name} {answer.Name} {media.Name} has no schema");
                    var hasExample = media.Value.TryGetProperty("example", out _) || media.Value.TryGetProperty("examples", out _);
                    Assert.True(hasExample, $"{name} {answer.Name} {media.Name} has no example");
                    Assert.Equal(answer.Name is not ("200" or "202" or "206"), media.Name == "application/problem+json");
                }
            }
        }
    }

    [Fact]
    public async Task Every_parameter_is_typed_described_and_exemplified()
    {
        var document = await DocumentAsync();
        foreach (var (operation, name) in Operations(document))
        {
            if (!operation.TryGetProperty("parameters", out var parameters))
                continue;
            foreach (var parameter in parameters.EnumerateArray())
            {
                var which = $"{name} {parameter.GetProperty("name").GetString()}";
                Assert.True(Schema(document, parameter).TryGetProperty("type", out _), which);
                Assert.True(parameter.TryGetProperty("description", out _), which);
                Assert.True(parameter.TryGetProperty("example", out _) || parameter.TryGetProperty("examples", out _), which);
            }
        }
    }

    // Clients that are generated have one type for the answer of an operation.
    [Fact]
    public async Task Every_operation_has_one_kind_of_answer_bytes_text_or_an_object()
    {
        var kinds = Operations(await DocumentAsync()).ToDictionary(
            operation => operation.Name,
            operation => Assert.Single(Answer(operation.Operation).GetProperty("content").EnumerateObject().Select(Kind).Distinct()));
        Assert.Equal(
            [
                "delete /jobs/{id}: #/components/schemas/JobDescription",
                "get /health/live: #/components/schemas/HealthStatus",
                "get /health/ready: #/components/schemas/HealthStatus",
                "get /jobs/{id}/events: binary",
                "get /jobs/{id}/results/{output}: binary",
                "get /jobs/{id}: #/components/schemas/JobDescription",
                "get /jobs: #/components/schemas/JobList",
                "get /metrics: string",
                "get /models/{name}: #/components/schemas/ModelDescription",
                "get /models: #/components/schemas/ModelList",
                "get /v2/health/live: #/components/schemas/ServerLive",
                "get /v2/health/ready: #/components/schemas/ServerReady",
                "get /v2/models/{name}/ready: #/components/schemas/ModelReady",
                "post /jobs: #/components/schemas/JobDescription",
                "post /models/reload: #/components/schemas/ModelList",
                "post /segment/report: #/components/schemas/SegmentationReport",
                "post /segment: binary",
                "put /models/{name}/default: #/components/schemas/DefaultModel",
            ],
            kinds.Select(kind => $"{kind.Key}: {kind.Value}").Order(StringComparer.Ordinal));

        static JsonElement Answer(JsonElement operation) =>
            operation.GetProperty("responses").EnumerateObject().Single(answer => answer.Name is "200" or "202").Value;

        static string? Kind(JsonProperty media)
        {
            var schema = media.Value.GetProperty("schema");
            return (schema.TryGetProperty("$ref", out var kind) || schema.TryGetProperty("format", out kind) ? kind : schema.GetProperty("type")).GetString();
        }
    }

    [Theory]
    [InlineData("/segment", "model string, output string segmentation, inference string auto, threshold number 0.5, keepLargest boolean True, series string, deidentify boolean False, segEncoding string auto, quality string balanced")]
    [InlineData("/segment/report", "model string, inference string auto, threshold number 0.5, keepLargest boolean True, series string, deidentify boolean False, segEncoding string auto, quality string balanced")]
    public async Task Parameters_and_their_defaults_have_their_true_types(string path, string expected)
    {
        var document = await DocumentAsync();
        var parameters = document.GetProperty("paths").GetProperty(path).GetProperty("post").GetProperty("parameters").EnumerateArray();
        Assert.Equal(expected, string.Join(", ", parameters.Select(parameter =>
        {
            var schema = Schema(document, parameter);
            var hasDefault = schema.TryGetProperty("default", out var value);
            return $"{parameter.GetProperty("name").GetString()} {schema.GetProperty("type").GetString()}{(hasDefault ? $" {value}" : string.Empty)}";
        })));
    }

    [Theory]
    [InlineData("/segment", "application/octet-stream application/gzip model/stl image/png application/dicom application/zip")]
    [InlineData("/segment/report", "application/json")]
    public async Task Segment_shows_its_values_both_bodies_its_answers_and_every_problem(string path, string types)
    {
        var document = await DocumentAsync();
        var segment = document.GetProperty("paths").GetProperty(path).GetProperty("post");
        var bodies = segment.GetProperty("requestBody").GetProperty("content");
        var form = bodies.GetProperty("multipart/form-data");
        var files = form.GetProperty("schema").GetProperty("properties").GetProperty("volume");
        Assert.Equal("array", files.GetProperty("type").GetString());
        Assert.Equal("binary", files.GetProperty("items").GetProperty("format").GetString());
        Assert.Equal("application/octet-stream", form.GetProperty("encoding").GetProperty("volume").GetProperty("contentType").GetString());
        Assert.Equal("binary", bodies.GetProperty("application/octet-stream").GetProperty("schema").GetProperty("format").GetString());
        var answers = segment.GetProperty("responses");

        // The first is what a generated client accepts; any output has to be served as that.
        Assert.Equal(types.Split(' '), answers.GetProperty("200").GetProperty("content").EnumerateObject().Select(media => media.Name));
        Assert.Equal(
            ["200", "400", "401", "403", "404", "406", "408", "413", "415", "422", "429", "500", "503", "504"],
            answers.EnumerateObject().Select(answer => answer.Name).Order(StringComparer.Ordinal));
        foreach (var status in (string[])["429", "503"])
            Assert.True(answers.GetProperty(status).GetProperty("headers").TryGetProperty("Retry-After", out _), status);
        foreach (var header in (string[])["Sassnet-Model", "Sassnet-Warnings", "Server-Timing", "X-Request-Id"])
            Assert.True(answers.GetProperty("200").GetProperty("headers").TryGetProperty(header, out _), header);
        foreach (var slug in (string[])["invalid-parameter", "empty-upload", "truncated", "bad-header"])
            Assert.True(answers.GetProperty("400").GetProperty("content").GetProperty("application/problem+json").GetProperty("examples").TryGetProperty(slug, out _), slug);
    }

    [Fact]
    public async Task A_result_is_described_with_its_parts_and_with_the_answer_to_who_has_it()
    {
        var answers = (await DocumentAsync()).GetProperty("paths").GetProperty("/jobs/{id}/results/{output}").GetProperty("get").GetProperty("responses");
        var client = shared.Service.Client;
        var id = await client.SubmittedAsync(Scan.Small);
        (await client.WaitAsync(id)).AssertSucceeded();
        var tag = string.Empty;
        foreach (var (status, header, value) in new[] { (200, "Accept", "*/*"), (206, "Range", "bytes=0-9"), (304, "If-None-Match", "TAG") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/jobs/{id}/results/segmentation");
            request.Headers.TryAddWithoutValidation(header, value.Replace("TAG", tag, StringComparison.Ordinal));
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            tag = answer.Headers.ETag?.ToString() ?? tag;
            Assert.Equal(status, (int)answer.StatusCode);
            AssertDescribed(answers, answer);
        }
    }

    [Fact]
    public async Task The_end_of_a_jobs_events_is_described_as_it_is_answered()
    {
        var answers = (await DocumentAsync()).GetProperty("paths").GetProperty("/jobs/{id}/events").GetProperty("get").GetProperty("responses");
        var client = shared.Service.Client;
        var id = await client.SubmittedAsync(Scan.Small);
        await client.WaitAsync(id);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/jobs/{id}/events");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", "end");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(204, (int)answer.StatusCode);
        AssertDescribed(answers, answer);
    }

    [Theory]
    [InlineData("/jobs", "post", "409", "Retry-After")]
    [InlineData("/jobs", "post", "403", "WWW-Authenticate")]
    [InlineData("/segment", "post", "200", "Content-Disposition")]
    [InlineData("/segment", "post", "415", "Accept-Encoding")]
    [InlineData("/jobs/{id}/results/{output}", "get", "412", "ETag")]
    [InlineData("/jobs/{id}/results/{output}", "get", "416", "Content-Range")]
    public async Task A_header_that_an_answer_may_have_is_described(string path, string method, string status, string header)
    {
        var answer = (await DocumentAsync()).GetProperty("paths").GetProperty(path).GetProperty(method).GetProperty("responses").GetProperty(status);
        Assert.True(answer.GetProperty("headers").TryGetProperty(header, out _));
    }

    [Theory]
    [InlineData("/models", "get", "400", "unknown-host")]
    [InlineData("/jobs", "post", "403", "cross-site")]
    [InlineData("/jobs", "post", "400", "unsafe-archive")]
    [InlineData("/jobs", "post", "415", "unsupported-archive")]
    [InlineData("/jobs", "post", "415", "not-a-volume")]
    [InlineData("/segment", "post", "415", "not-a-volume")]
    [InlineData("/segment", "post", "413", "header-too-large")]
    [InlineData("/segment", "post", "422", "source-incomplete")]
    [InlineData("/segment/report", "post", "400", "bad-extension")]
    [InlineData("/segment/report", "post", "422", "localiser")]
    public async Task A_problem_that_an_address_answers_with_is_described(string path, string method, string status, string slug)
    {
        var answer = (await DocumentAsync()).GetProperty("paths").GetProperty(path).GetProperty(method).GetProperty("responses").GetProperty(status);
        Assert.True(answer.GetProperty("content").GetProperty("application/problem+json").GetProperty("examples").TryGetProperty(slug, out _));
    }

    [Fact]
    public async Task The_outputs_that_are_files_are_listed_and_the_report_is_mentioned()
    {
        var document = await DocumentAsync();
        var parameters = document.GetProperty("paths").GetProperty("/segment").GetProperty("post").GetProperty("parameters").EnumerateArray();
        var output = parameters.Single(parameter => parameter.GetProperty("name").GetString() == "output");
        Assert.Equal(
            ["segmentation", "sdm", "distance", "probability", "surface", "preview", "image", "dicom-seg", "dicom-parametric-map", "dicom-sr", "dicom-sc", "all"],
            Schema(document, output).GetProperty("enum").EnumerateArray().Select(value => value.GetString()));
        Assert.Contains("`report`", output.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Contains("`application/dicom` picks `dicom-seg`", output.GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    // Generated clients make names of an enumeration's words; not all of them remember what the words were, though all write those of a query right.
    [Fact]
    public async Task Enumerations_in_answers_have_words_that_are_names()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");

        // Those of queries alone are no part of another schema.
        var parts = schemas.GetRawText();
        var words = schemas.EnumerateObject()
            .Where(schema => schema.Value.TryGetProperty("enum", out _) && parts.Contains($"\"#/components/schemas/{schema.Name}\"", StringComparison.Ordinal))
            .SelectMany(schema => schema.Value.GetProperty("enum").EnumerateArray().Select(word => word.GetString()!))
            .ToList();
        Assert.Contains("ready", words);
        Assert.All(words, word => Assert.Matches("^[a-z]+$", word));
    }

    [Fact]
    public async Task An_object_that_may_be_null_says_so()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");
        Assert.True(schemas.GetProperty("LabelReport").GetProperty("properties").GetProperty("boundingBox").GetProperty("nullable").GetBoolean());
        Assert.False(schemas.GetProperty("SegmentationReport").GetProperty("properties").GetProperty("model").TryGetProperty("nullable", out _));
    }

    /// <summary>Checks that the document has the status and the headers of an answer, but for those that every server gives and a browser's policy.</summary>
    private static void AssertDescribed(JsonElement answers, HttpResponseMessage answer)
    {
        var status = ((int)answer.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(answers.TryGetProperty(status, out var described), status);
        var names = described.GetProperty("headers").EnumerateObject().Select(header => header.Name).ToList();
        foreach (var (name, _) in answer.Headers.Concat(answer.Content.Headers).Where(header => !OfEveryServer.Contains(header.Key)))
            Assert.Contains(name, names, StringComparer.OrdinalIgnoreCase);
    }

    private static JsonElement Schema(JsonElement document, JsonElement parameter)
    {
        var schema = parameter.GetProperty("schema");
        return schema.TryGetProperty("$ref", out var name)
            ? document.GetProperty("components").GetProperty("schemas").GetProperty(name.GetString()!.Split('/')[^1])
            : schema;
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
