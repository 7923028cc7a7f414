using System.Net;
using System.Text.Json;
using NJsonSchema.CodeGeneration.CSharp;
using Sassnet.Api.Tests.Reloading;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.EndToEnd;

/// <summary>What an integrator does: a client generated from the document, by either of the ways in which NSwag reads JSON, calls everything.</summary>
public sealed class GeneratedClientTests(GeneratedClientTests.Clients clients) : IClassFixture<GeneratedClientTests.Clients>
{
    private const string Program = """
        using System.Collections.Generic;
        using System.IO;
        using System.Linq;
        using System.Net.Http;
        using System.Threading.Tasks;
        using Sassnet.Client;

        public static class Integrator
        {
            public static Task<byte[]> SegmentationAsync(HttpClient http, byte[] scan) =>
                BytesAsync(new SassnetClient(http).SegmentAsync(model: "phantom", volume: Files(scan)));

            public static Task<byte[]> SurfaceAsync(HttpClient http, byte[] scan) => BytesAsync(new SassnetClient(http).SegmentAsync(
                model: "phantom", output: Output.Surface, inference: Inference.Whole, threshold: 0.25, keepLargest: false, deidentify: true, volume: Files(scan)));

            public static async Task<(string, string, long, double, bool, double?)> ReportAsync(
                HttpClient http, byte[] scan, double? threshold)
            {
                SegmentationReport report = await new SassnetClient(http).SegmentReportAsync(model: "phantom", threshold: threshold, volume: Files(scan));
                LabelReport label = report.Labels.Single();
                return (report.Model.Name, label.Name, label.Voxels, label.VolumeMl, label.BoundingBox is not null, report.HeadAgreement);
            }

            public static async Task<int[]> ShapeAsync(HttpClient http, byte[][] slices) =>
                (await new SassnetClient(http).SegmentReportAsync(model: "phantom", volume: Files(slices))).Input.Shape.ToArray();

            public static Task<byte[]> DicomAsync(HttpClient http, byte[][] slices) =>
                BytesAsync(new SassnetClient(http).SegmentAsync(model: "phantom", output: Output.DicomSeg, deidentify: true, volume: Files(slices)));

            public static async Task<string[]> ModelsAsync(HttpClient http)
            {
                ModelList list = await new SassnetClient(http).ListModelsAsync();
                return list.Models.Select(model => $"{model.Name} {model.State == ModelState.Ready} {model.IsDefault} {model.Labels.Single().Name}").ToArray();
            }

            public static async Task<string> ModelAsync(HttpClient http, string name)
            {
                ModelDescription model = await new SassnetClient(http).DescribeModelAsync(name);
                PreprocessingSpecification preparing = model.Preprocessing;
                return $"{model.Architecture.Type} {preparing.Orientation} {preparing.Normalisation} {model.Training.Date.Year} {model.Metrics.Dice:0.00} {model.State}";
            }

            public static async Task<string> CardAsync(HttpClient http, string name)
            {
                ModelDescription model = await new SassnetClient(http).DescribeModelAsync(name);
                return $"{model.Card.NotFor} {model.Card.Licence} {model.Range.VolumeMl.Max}";
            }

            public static async Task<string> ReloadAsync(HttpClient http)
            {
                ModelList list = await new SassnetClient(http).ReloadModelsAsync();
                DefaultModel chosen = await new SassnetClient(http).ChooseDefaultModelAsync(list.Models.Single(model => model.IsDefault).Name);
                return $"{list.Models.Count} {list.Problems.Count} {chosen.Default} {chosen.IsKept}";
            }

            public static async Task<string> HealthAsync(HttpClient http)
            {
                var client = new SassnetClient(http);
                return $"{(await client.LiveAsync()).Status} {(await client.ReadyAsync()).Status}";
            }

            public static Task<string> MetricsAsync(HttpClient http) => new SassnetClient(http).MetricsAsync();

            public static async Task<(string, byte[])> JobAsync(HttpClient http, byte[] scan, string key)
            {
                var client = new SassnetClient(http);
                JobDescription job = await client.SubmitJobAsync(model: "phantom", output: JobOutput.All, idempotency_Key: key, volume: Files(scan));
                JobDescription same = await client.SubmitJobAsync(model: "phantom", output: JobOutput.All, idempotency_Key: key, volume: Files(scan));
                byte[] events = await BytesAsync(client.FollowJobAsync(job.Id));
                job = await client.DescribeJobAsync(job.Id);
                JobList list = await client.ListJobsAsync(state: JobState.Succeeded, limit: 1);
                byte[] result = await BytesAsync(client.FetchJobResultAsync(job.Id, job.Results.First().Output));
                JobDescription removed = await client.RemoveJobAsync(job.Id);
                string told = $"{same.Id == job.Id} {System.Text.Encoding.UTF8.GetString(events).Contains("event: job")} {job.State} {job.Problem is null} {job.Results.Count} "
                    + $"{list.Jobs.Single().Id == job.Id} {removed.State} {job.Position is null} {job.Ended > job.Created}";
                return (told, result);
            }

            public static async Task<byte[]> JobReportAsync(HttpClient http, byte[] scan)
            {
                var client = new SassnetClient(http);
                JobDescription job = await client.SubmitJobAsync(model: "phantom", output: JobOutput.Report, volume: Files(scan));
                await BytesAsync(client.FollowJobAsync(job.Id));
                byte[] report = await BytesAsync(client.FetchJobResultAsync(job.Id, "report"));
                await client.RemoveJobAsync(job.Id);
                return report;
            }

            public static async Task<(int, int?, string, string)> ProblemAsync(HttpClient http, byte[] scan, double threshold)
            {
                try
                {
                    await new SassnetClient(http).SegmentAsync(threshold: threshold, volume: Files(scan));
                    return default;
                }
                catch (ApiException<ProblemDetails> problem)
                {
                    return (problem.StatusCode, problem.Result.Status, problem.Result.Type, problem.Result.Detail);
                }
            }

            private static IEnumerable<FileParameter> Files(params byte[][] files) => files.Select(file => new FileParameter(new MemoryStream(file), "scan"));

            private static async Task<byte[]> BytesAsync(Task<FileResponse> answer)
            {
                using FileResponse file = await answer;
                var bytes = new MemoryStream();
                await file.Stream.CopyToAsync(bytes);
                return bytes.ToArray();
            }
        }
        """;

    private static readonly byte[] Phantom = File.ReadAllBytes(Path.Combine(RepositoryFiles.Root, "docs", "phantom.nii.gz"));

    public static TheoryData<CSharpJsonLibrary> Libraries { get; } = [CSharpJsonLibrary.NewtonsoftJson, CSharpJsonLibrary.SystemTextJson];

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task It_fetches_the_file_that_a_plain_call_gives(CSharpJsonLibrary json)
    {
        var segmentation = await clients[json].CallAsync<byte[]>("SegmentationAsync", clients.Http, Phantom);
        Assert.Equal(await PlainAsync("?model=phantom"), segmentation);
        var surface = await clients[json].CallAsync<byte[]>("SurfaceAsync", clients.Http, Phantom);
        Assert.Equal(await PlainAsync("?model=phantom&output=surface&inference=whole&threshold=0.25&keepLargest=false"), surface);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task It_has_the_report_typed(CSharpJsonLibrary json)
    {
        var report = await ReportAsync(json, Phantom, null);
        Assert.Equal(("phantom", "synthetic left atrium", true), (report.Model, report.Label, report.HasBox));
        var plain = JsonDocument.Parse(await PlainAsync("?model=phantom&output=report")).RootElement;
        Assert.Equal(plain.GetProperty("labels")[0].GetProperty("voxels").GetInt64(), report.Voxels);
        Assert.Equal(plain.GetProperty("labels")[0].GetProperty("volumeMl").GetDouble(), report.VolumeMl);
        Assert.Equal(plain.GetProperty("headAgreement").GetDouble(), report.Agreement);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task It_reads_the_report_of_an_empty_segmentation(CSharpJsonLibrary json)
    {
        var report = await ReportAsync(json, Scan.Small, 0.9999);
        Assert.Equal((0, 0, false), (report.Voxels, report.VolumeMl, report.HasBox));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task It_sends_the_files_of_a_series_together(CSharpJsonLibrary json)
    {
        byte[][] slices = [.. new DicomScan { Columns = 12, Rows = 10, Slices = 8 }.Classic()];
        var shape = await clients[json].CallAsync<int[]>("ShapeAsync", clients.Http, slices);
        Assert.Equal([12, 10, 8], shape);
        var file = await clients[json].CallAsync<byte[]>("DicomAsync", clients.Http, slices);
        Assert.Equal("DICM"u8, file.AsSpan(128, 4));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task It_calls_every_other_operation(CSharpJsonLibrary json)
    {
        var client = clients[json];
        var models = await client.CallAsync<string[]>("ModelsAsync", clients.Http);
        Assert.Equal(["left-atrium True True left atrium", "phantom True False synthetic left atrium"], models);
        Assert.Matches(@"^vnet-sdm LPS robust-zscore 20\d\d 0\.92 Ready$", await client.CallAsync<string>("ModelAsync", clients.Http, "left-atrium"));
        Assert.Matches("not a medical device.*Apache-2.0.* 132.065$", await client.CallAsync<string>("CardAsync", clients.Http, "left-atrium"));
        Assert.Equal("live ready", await client.CallAsync<string>("HealthAsync", clients.Http));
        Assert.Contains("sassnet_requests_total", await client.CallAsync<string>("MetricsAsync", clients.Http), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task It_sends_a_job_follows_it_fetches_its_result_and_removes_it(CSharpJsonLibrary json)
    {
        var (told, result) = await clients[json].CallAsync<(string, byte[])>("JobAsync", clients.Http, Phantom, Guid.NewGuid().ToString());
        Assert.Equal("True True Succeeded True 8 True Succeeded True True", told);
        Assert.Equal(await PlainAsync("?model=phantom"), result);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task It_has_a_job_make_the_report_alone(CSharpJsonLibrary json)
    {
        var report = JsonDocument.Parse(await clients[json].CallAsync<byte[]>("JobReportAsync", clients.Http, Phantom)).RootElement;
        Assert.Equal("phantom", report.GetProperty("model").GetProperty("name").GetString());
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task It_reloads_the_models_and_chooses_the_default(CSharpJsonLibrary json)
    {
        await using var watched = await WatchedService.StartAsync(("Sassnet:Models:Watch", "false"));
        watched.Publish("1.1.0");
        Assert.Equal("2 0 random True", await clients[json].CallAsync<string>("ReloadAsync", watched.Service.Client));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task It_throws_a_problem_typed(CSharpJsonLibrary json)
    {
        var parameter = await ProblemAsync(json, Phantom, 2);
        Assert.Equal((400, 400, "urn:sassnet:problem:invalid-parameter"), (parameter.Status, parameter.StatusInside, parameter.Type));
        Assert.Equal("'threshold' is '2'; accepted: a number above 0 and below 1, such as 0.5.", parameter.Detail);
        var volume = await ProblemAsync(json, Phantom[..1000], 0.5);
        Assert.Equal((400, 400, "urn:sassnet:problem:corrupt-gzip"), (volume.Status, volume.StatusInside, volume.Type));
    }

    private Task<(string Model, string Label, long Voxels, double VolumeMl, bool HasBox, double? Agreement)> ReportAsync(
        CSharpJsonLibrary json, byte[] scan, double? threshold) =>
        clients[json].CallAsync<(string, string, long, double, bool, double?)>("ReportAsync", clients.Http, scan, threshold);

    private Task<(int Status, int? StatusInside, string Type, string Detail)> ProblemAsync(CSharpJsonLibrary json, byte[] scan, double threshold) =>
        clients[json].CallAsync<(int, int?, string, string)>("ProblemAsync", clients.Http, scan, threshold);

    private async Task<byte[]> PlainAsync(string query)
    {
        using var answer = await clients.Service.SegmentAsync(Phantom, query);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The bundled service and the clients generated from its document.</summary>
    public sealed class Clients : IAsyncLifetime
    {
        private readonly BundledService _bundled = new();
        private readonly Dictionary<CSharpJsonLibrary, GeneratedClient> _clients = [];

        public TestService Service => _bundled.Service;

        public HttpClient Http => Service.Client;

        public GeneratedClient this[CSharpJsonLibrary json] => _clients[json];

        public async ValueTask InitializeAsync()
        {
            await _bundled.InitializeAsync();
            var document = await Http.GetStringAsync("/swagger/v1/swagger.json");
            foreach (var json in Libraries)
                _clients[json] = await GeneratedClient.CompileAsync(document, json, Program);
        }

        public ValueTask DisposeAsync() => _bundled.DisposeAsync();
    }
}
