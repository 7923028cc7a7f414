using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Jobs;

public sealed class JobTests(SharedService shared)
{
    private static readonly string[] Every = ["segmentation", "sdm", "distance", "probability", "surface", "report", "preview"];

    private HttpClient Client => shared.Service.Client;

    [Fact]
    public async Task A_job_makes_what_a_request_gets()
    {
        var id = await Client.SubmittedAsync(Scan.Small, "?output=probability&threshold=0.25");
        var job = await Client.WaitAsync(id);
        job.AssertSucceeded();
        Assert.Equal(("random@1.10.0", "probability", 1.0), (job.GetProperty("model").GetString(), job.GetProperty("output").GetString(), job.GetProperty("progress").GetDouble()));
        var result = Assert.Single(job.GetProperty("results").EnumerateArray());
        Assert.Equal($"/jobs/{id}/results/probability", result.GetProperty("href").GetString());
        var bytes = await Client.ResultAsync(id, "probability");
        Assert.Equal((bytes.LongLength, Convert.ToHexStringLower(SHA256.HashData(bytes))), (result.GetProperty("bytes").GetInt64(), result.GetProperty("sha256").GetString()));
        using var plain = await shared.Service.SegmentAsync(Scan.Small, "?output=probability&threshold=0.25");
        Assert.Equal(await plain.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), bytes);
    }

    [Fact]
    public async Task All_is_each_output_by_itself_as_in_the_zip()
    {
        var id = await Client.SubmittedAsync(Scan.Small, "?output=all");
        var job = await Client.WaitAsync(id);

        // The scan itself is for the page; who gets the zip has it.
        Assert.Equal([.. Every, "image"], job.Outputs());
        using var plain = await shared.Service.SegmentAsync(Scan.Small, "?output=all");
        await using var zip = new ZipArchive(await plain.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Every.Length, zip.Entries.Count);
        foreach (var (output, file) in Every.Zip(zip.Entries).Where(pair => pair.First != "report"))
        {
            var inside = new MemoryStream();
            await using var entry = await file.OpenAsync(TestContext.Current.CancellationToken);
            await entry.CopyToAsync(inside, TestContext.Current.CancellationToken);
            Assert.Equal(inside.ToArray(), await Client.ResultAsync(id, output));
        }

        var report = JsonDocument.Parse(await Client.ResultAsync(id, "report")).RootElement;
        Assert.Equal([20, 18, 16], report.GetProperty("input").GetProperty("shape").EnumerateArray().Select(side => side.GetInt32()));
    }

    [Fact]
    public async Task A_DICOM_series_gives_DICOM_too()
    {
        using var form = new MultipartFormDataContent();
        foreach (var slice in new DicomScan { Columns = 12, Rows = 10, Slices = 8 }.Classic())
            form.Add(new ByteArrayContent(slice), "volume", "slice.dcm");
        using var response = await Client.PostAsync("/jobs?output=all", form, TestContext.Current.CancellationToken);
        var job = await Client.WaitAsync((await ProblemAssert.JsonAsync(response)).GetProperty("id").GetString()!);
        job.AssertSucceeded();
        Assert.Contains("dicom-seg", job.Outputs());
        var file = await Client.ResultAsync(job.GetProperty("id").GetString()!, "dicom-seg");
        Assert.Equal("DICM"u8, file.AsSpan(128, 4));
    }

    [Fact]
    public async Task A_volume_that_cannot_be_served_fails_with_the_problem_that_a_request_gets()
    {
        var id = await Client.SubmittedAsync(Scan.Small[..1000]);
        var job = await Client.WaitAsync(id);
        Assert.Equal("failed", job.State());
        using var plain = await shared.Service.SegmentAsync(Scan.Small[..1000]);
        var (expected, problem) = (await ProblemAssert.JsonAsync(plain), job.GetProperty("problem"));
        foreach (var member in (string[])["type", "title", "status", "detail"])
            Assert.Equal(expected.GetProperty(member).ToString(), problem.GetProperty(member).ToString());
        Assert.Empty(job.Outputs());
        using var result = await Client.CallAsync(HttpMethod.Get, $"/jobs/{id}/results/segmentation");
        await ProblemAssert.IsAsync(result, 404, "unknown-result");
    }

    [Theory]
    [InlineData("?treshold=0.5", 400, "invalid-parameter")]
    [InlineData("?threshold=2", 400, "invalid-parameter")]
    [InlineData("?output=dicom-seg", 400, "invalid-parameter")]
    [InlineData("?series=1.2.3", 400, "invalid-parameter")]
    [InlineData("?model=other", 404, "unknown-model")]
    [InlineData("?callback=https%3A%2F%2Fexample.org%2F", 400, "callback-refused")]
    public async Task What_is_wrong_with_a_request_is_said_at_once_and_leaves_nothing(string query, int status, string slug)
    {
        var before = Directory.GetDirectories(shared.Service.JobFolder);
        using var refused = await Client.SubmitAsync(Scan.Small, query);
        await ProblemAssert.IsAsync(refused, status, slug);

        // What a job of another test has left may go just now.
        Assert.Empty(Directory.GetDirectories(shared.Service.JobFolder).Except(before));
    }

    [Fact]
    public async Task An_empty_body_is_refused()
    {
        using var refused = await Client.SubmitAsync([]);
        await ProblemAssert.IsAsync(refused, 400, "empty-upload");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/events")]
    [InlineData("GET", "/results/segmentation")]
    public async Task There_is_no_job_that_was_not_made(string method, string path)
    {
        using var response = await Client.CallAsync(new HttpMethod(method), $"/jobs/{Guid.NewGuid():N}{path}");
        await ProblemAssert.IsAsync(response, 404, "unknown-job");
    }

    [Fact]
    public async Task A_job_that_has_ended_is_removed_with_its_results()
    {
        var id = await Client.SubmittedAsync(Scan.Small);
        await Client.WaitAsync(id);
        await JobCalls.AssertOneAttemptAsync(shared.Service.JobFolder, id);
        using (var removed = await Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}"))
            (await ProblemAssert.JsonAsync(removed)).AssertSucceeded();
        using var again = await Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}");
        await ProblemAssert.IsAsync(again, 404, "unknown-job");
        Assert.False(Directory.Exists(Path.Combine(shared.Service.JobFolder, id)));
    }

    [Fact]
    public async Task A_job_that_runs_is_cancelled_and_so_is_one_that_waits()
    {
        var running = await Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await Client.WaitAsync(running, "running");
        var (waiting, behind) = (await Client.SubmittedAsync(Scan.Small), await Client.SubmittedAsync(Scan.Small));
        Assert.Equal((1, 2), ((await Client.JobAsync(waiting)).GetProperty("position").GetInt32(), (await Client.JobAsync(behind)).GetProperty("position").GetInt32()));
        using (var result = await Client.CallAsync(HttpMethod.Get, $"/jobs/{running}/results/segmentation"))
            Assert.Contains("running", await ProblemAssert.IsAsync(result, 409, "job-not-ended"), StringComparison.Ordinal);
        foreach (var id in (string[])[waiting, running])
        {
            using var cancelled = await Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}");
            Assert.Equal("cancelled", (await ProblemAssert.JsonAsync(cancelled)).State());
        }

        (await Client.WaitAsync(behind)).AssertSucceeded();
        Assert.Equal(("cancelled", "cancelled"), ((await Client.JobAsync(waiting)).State(), (await Client.JobAsync(running)).State()));
        for (var tries = 0; tries < 1200 && Directory.Exists(Path.Combine(shared.Service.JobFolder, running)); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(Directory.Exists(Path.Combine(shared.Service.JobFolder, running)));
        Assert.False(Directory.Exists(Path.Combine(shared.Service.JobFolder, waiting)));
    }

    [Fact]
    public async Task The_inputs_of_jobs_that_have_ended_are_gone_and_so_are_their_temporary_files()
    {
        var id = await Client.SubmittedAsync(Scan.Small);
        await Client.WaitAsync(id);
        await JobCalls.AssertOneAttemptAsync(shared.Service.JobFolder, id);
        Assert.Equal(["results-1"], Directory.GetDirectories(Path.Combine(shared.Service.JobFolder, id)).Select(Path.GetFileName));
        await shared.Service.AssertNoFilesLeftAsync();
    }

    [Fact]
    public async Task No_word_of_the_clients_is_stored_but_the_query_until_the_end()
    {
        const string secret = "DOEJANE19700101";

        // Of its own, so that no file goes while it is read: not that of another job, and not what this one needs no more.
        await using var service = await TestService.StartAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Scan.Small), "volume", $"{secret}.nii.gz" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = form, Headers = { { "Idempotency-Key", secret } } };
        using var response = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var id = (await ProblemAssert.JsonAsync(response)).GetProperty("id").GetString()!;
        await service.Client.WaitAsync(id);
        await JobCalls.AssertOneAttemptAsync(service.JobFolder, id);
        var seen = await service.Client.GetStringAsync("/jobs", TestContext.Current.CancellationToken) + string.Join('\n', service.Logs.Lines);
        Assert.DoesNotContain(secret, seen, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(service.JobFolder, "*", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(secret, file, StringComparison.Ordinal);
            if (file.EndsWith(".lock", StringComparison.Ordinal))
                continue;
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var text = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(secret, await text.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_id_of_the_request_is_in_the_lines_of_its_job()
    {
        const string RequestId = "6e6f7420612073656372657420696421";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = new ByteArrayContent(Scan.Small), Headers = { { "X-Request-Id", RequestId } } };
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var id = (await ProblemAssert.JsonAsync(response)).GetProperty("id").GetString()!;
        Assert.Equal(RequestId, (await Client.WaitAsync(id)).GetProperty("requestId").GetString());
    }

    [Fact]
    public async Task A_job_is_in_the_trace_of_the_request_that_brought_it_and_is_counted()
    {
        await using var service = await TestService.StartAsync();
        await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small));
        for (var tries = 0; tries < 3000 && !service.Spans.Ended.Any(span => span.OperationName == "job"); tries++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        var request = service.Spans.Ended.Single(span => span.DisplayName.StartsWith("POST /jobs", StringComparison.Ordinal));
        var spans = service.Spans.Ended.Where(span => span.TraceId == request.TraceId).Select(span => span.OperationName).ToList();
        foreach (var stage in (string[])["job", "read", "infer", "write"])
            Assert.Contains(stage, spans);

        // Which are open is counted once in a second: the last count may be of a moment when it was queued.
        var (metrics, none) = ("", "sassnet_jobs_open{[^}]*state=\"queued\"[^}]*} 0\\s");
        for (var tries = 0; tries < 600 && !Regex.IsMatch(metrics, none); tries++)
        {
            await Task.Delay(tries > 0 ? 100 : 0, TestContext.Current.CancellationToken);
            metrics = await service.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        }

        Assert.Matches(none, metrics);
        Assert.Matches("sassnet_jobs_total{[^}]*state=\"succeeded\"[^}]*} 1\\s", metrics);
    }
}
