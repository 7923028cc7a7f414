using System.Diagnostics;
using System.Globalization;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Telemetry;

/// <summary>What is done for a request is one tree of spans below that of the client, wherever and whenever it is done.</summary>
public sealed class TraceTests : IDisposable
{
    private const string Patient = "DOEJANE19700101";

    private static readonly string[] Stages = ["queue", "read", "prepare", "wait", "infer", "infer/windows", "restore", "measure", "write", "write/distance", "write/surface"];

    // What a span may say beside what is the service's own.
    private static readonly string[] Attributes =
        ["http.request.method", "http.response.status_code", "http.route", "network.protocol.version", "url.scheme", "error.type"];

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-traces-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_request_is_a_tree_from_the_clients_span_down_to_the_windows()
    {
        await using var service = await TestService.StartAsync();
        var client = NewClient();
        using (var answer = await SendAsync(service.Client, "/segment?output=all&inference=window", Scan.Large, client))
            Assert.True(answer.IsSuccessStatusCode);
        var spans = await service.Spans.OfAsync(client.TraceId, "POST /segment");

        var request = spans.Single(span => span.DisplayName == "POST /segment");
        Assert.Equal(client.SpanId, request.ParentSpanId);
        Assert.Equal([.. Stages.Append("receive").Order(StringComparer.Ordinal)], Paths(spans, request));
        var infer = spans.Single(span => span.OperationName == "infer");
        var windows = spans.Where(span => span.OperationName == "windows").ToList();
        Assert.True(windows.Count > 1);
        var all = (long)Assert.Single(windows.Select(span => span.GetTagItem("sassnet.window.all")).Distinct())!;
        Assert.Equal(all, windows.Sum(span => (long)(int)span.GetTagItem("sassnet.window.count")!));
        Assert.All(windows, span => Assert.InRange(span.StartTimeUtc, infer.StartTimeUtc, infer.StartTimeUtc + infer.Duration));
        RequireNoPatient(spans);
    }

    [Fact]
    public async Task A_job_goes_on_in_its_requests_trace_on_whichever_node_does_it()
    {
        var (running, waiting) = (NewClient(), NewClient());
        string longest;
        Activity request;
        CapturedSpans firstSpans;
        await using (var first = await TestService.StartAsync(("Sassnet:Jobs:Folder", _folder)))
        {
            longest = await SubmitAsync(first.Client, "/jobs?inference=window", Scan.Endless, running);
            await first.Client.WaitAsync(longest, "running");
            await SubmitAsync(first.Client, "/jobs?output=all", Scan.Small, waiting);
            var submission = await first.Spans.OfAsync(waiting.TraceId, "POST /jobs/");
            request = submission.Single(span => span.DisplayName == "POST /jobs/");
            Assert.Equal(waiting.SpanId, request.ParentSpanId);
            Assert.Equal(["accept", "receive"], Paths(submission, request));
            RequireNoPatient(submission);
            firstSpans = first.Spans;
        }

        var begun = await firstSpans.OfAsync(running.TraceId, "job");
        await using var second = await TestService.StartAsync(("Sassnet:Jobs:Folder", _folder));
        await second.Client.WaitAsync(longest, "running");
        using (await second.Client.CallAsync(HttpMethod.Delete, $"/jobs/{longest}"))
        {
        }

        var done = await second.Spans.OfAsync(waiting.TraceId, "job");
        Assert.All(done.Where(span => span.OperationName is "queued" or "job"), span => Assert.Equal(request.SpanId, span.ParentSpanId));
        var job = done.Single(span => span.OperationName == "job");
        Assert.Equal("succeeded", job.GetTagItem("sassnet.job.outcome"));
        Assert.Equal([.. Stages.Append("write/image").Order(StringComparer.Ordinal)], Paths(done, job));
        Assert.Equal(["job", "queued"], Children(done, request.SpanId).Select(span => span.OperationName).Order(StringComparer.Ordinal));
        RequireNoPatient(done);

        // The other was begun twice: once on each node.
        var again = await second.Spans.OfAsync(running.TraceId, "job");
        var attempts = begun.Concat(again).Where(span => span.OperationName == "job").ToList();
        Assert.Equal(["waiting again", "no longer this process's"], attempts.Select(span => (string?)span.GetTagItem("sassnet.job.outcome")));
        Assert.Single(attempts.Select(span => span.ParentSpanId).Distinct());
    }

    [Fact]
    public async Task A_job_whose_process_was_killed_goes_on_in_its_requests_trace()
    {
        var (client, running) = (NewClient(), string.Empty);
        await using (var first = await ServiceProcess.StartAsync(null, ("Sassnet__Jobs__Folder", _folder)))
        {
            running = await SubmitAsync(first.Client, "/jobs?inference=window", Scan.Large, client);
            await first.Client.WaitAsync(running, "running");
            await first.KillAsync();
        }

        await using var second = await TestService.StartAsync(("Sassnet:Jobs:Folder", _folder));
        (await second.Client.WaitAsync(running)).AssertSucceeded();
        var done = await second.Spans.OfAsync(client.TraceId, "job");
        var job = done.Single(span => span.OperationName == "job");
        Assert.Equal("succeeded", job.GetTagItem("sassnet.job.outcome"));

        // Below the span of the request that was killed with its process, which is below the client's.
        Assert.DoesNotContain(job.ParentSpanId, (ActivitySpanId[])[client.SpanId, default]);
        Assert.Equal([job], Children(done, job.ParentSpanId));
        Assert.Contains(Paths(done, job), path => path == "infer/windows");
        RequireNoPatient(done);
    }

    [Fact]
    public async Task A_job_that_fails_says_with_which_problem()
    {
        await using var service = await TestService.StartAsync();
        var client = NewClient();
        await SubmitAsync(service.Client, "/jobs", Scan.Small[..1000], client);
        var job = (await service.Spans.OfAsync(client.TraceId, "job")).Single(span => span.OperationName == "job");
        Assert.Equal((ActivityStatusCode.Error, "truncated", "failed"), (job.Status, job.GetTagItem("error.type"), job.GetTagItem("sassnet.job.outcome")));
    }

    [Theory]
    [InlineData("/health/live", false)]
    [InlineData("/v2/health/ready", false)]
    [InlineData("/metrics", false)]
    [InlineData("/models", true)]
    public async Task Spans_are_sent_but_of_what_watches_over_the_service(string path, bool isSent)
    {
        await using var service = await TestService.StartAsync();
        var client = NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("traceparent", string.Create(CultureInfo.InvariantCulture, $"00-{client.TraceId}-{client.SpanId}-01"));
        using (var answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken))
            Assert.True(answer.IsSuccessStatusCode);
        var route = isSent ? $"GET {path}/" : $"GET {path}";
        var span = (await service.Spans.OfAsync(client.TraceId, route)).Single(span => span.DisplayName == route);
        Assert.Equal(isSent, span.Recorded);
    }

    private static ActivityContext NewClient() => new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);

    private static async Task<string> SubmitAsync(HttpClient http, string path, byte[] scan, ActivityContext client)
    {
        using var answer = await SendAsync(http, path, scan, client);
        return (await ProblemAssert.JsonAsync(answer)).GetProperty("id").GetString()!;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, string path, byte[] scan, ActivityContext client)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(scan), "volume", $"{Patient}.nii" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        request.Headers.Add("traceparent", string.Create(CultureInfo.InvariantCulture, $"00-{client.TraceId}-{client.SpanId}-01"));
        request.Headers.Add("tracestate", $"clinic={Patient}");
        request.Headers.Add("baggage", $"patient={Patient}");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", $"{Patient}{client.SpanId}");
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>The names below a span, each with those above it, sorted.</summary>
    private static IReadOnlyList<string> Paths(IReadOnlyList<Activity> spans, Activity root) =>
        [.. Below(spans, root.SpanId, string.Empty).Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Below(IReadOnlyList<Activity> spans, ActivitySpanId parent, string path) => Children(spans, parent)
        .SelectMany(span => Below(spans, span.SpanId, $"{path}{span.OperationName}/").Prepend(path + span.OperationName));

    private static IEnumerable<Activity> Children(IReadOnlyList<Activity> spans, ActivitySpanId parent) => spans.Where(span => span.ParentSpanId == parent);

    private static void RequireNoPatient(IReadOnlyList<Activity> spans)
    {
        var said = new CapturedSpans();
        foreach (var span in spans)
            said.Ended.Enqueue(span);
        Assert.DoesNotContain(Patient, said.Text(), StringComparison.OrdinalIgnoreCase);
        var keys = spans.SelectMany(span => span.TagObjects).Select(tag => tag.Key).Distinct().Where(key => !key.StartsWith("sassnet.", StringComparison.Ordinal));
        Assert.Subset(Attributes.ToHashSet(), keys.ToHashSet());
    }
}
