using System.Globalization;
using System.Text.RegularExpressions;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Telemetry;

public sealed class MetricsTests
{
    [Fact]
    public async Task Prometheus_finds_the_services_the_processs_and_the_runtimes_figures()
    {
        await using var service = await TestService.StartAsync();
        using (await service.SegmentAsync(Scan.Small))
        using (await service.SegmentAsync(new byte[100]))
        using (await service.SegmentAsync(new byte[100]))
        {
        }

        var text = await service.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal(20 * 18 * 16, Value(text, "sassnet_voxels_total", "model=\"random@1.10.0\""));
        Assert.Equal(1, Value(text, "sassnet_requests_total", "status=\"200\"", "route=\"/segment\"", "output=\"segmentation\""));
        Assert.Equal(2, Value(text, "sassnet_requests_total", "status=\"400\"", "route=\"/segment\""));
        Assert.Equal(2, Value(text, "sassnet_failures_total", "problem=\"truncated\"", "status=\"400\""));
        Assert.Equal(0, Value(text, "sassnet_queue_length", "model=\"random@1.10.0\""));
        Assert.Equal(3, Value(text, "sassnet_queue_wait_seconds_count", "model=\"random@1.10.0\""));
        foreach (var stage in (string[])["receive", "queue", "read", "prepare", "wait", "infer", "restore", "measure", "write"])
            Assert.InRange(Value(text, "sassnet_stage_duration_seconds_count", $"stage=\"{stage}\""), 1, 3);
        Assert.Contains("dotnet_process_memory_working_set", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_process_cpu_time", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc_collections", text, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_is_one_trace_with_a_span_for_each_stage()
    {
        await using var service = await TestService.StartAsync();
        service.Spans.Ended.Clear();
        using (await service.SegmentAsync(Scan.Small, "?output=all"))
        {
        }

        for (var tries = 0; tries < 100 && !service.Spans.Ended.Any(span => span.DisplayName == "POST /segment"); tries++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        var request = service.Spans.Ended.Single(span => span.DisplayName == "POST /segment");
        var stages = service.Spans.Ended.Where(span => span.TraceId == request.TraceId).Select(span => span.OperationName).ToList();
        foreach (var stage in (string[])["receive", "queue", "read", "prepare", "wait", "infer", "restore", "measure", "distance", "surface", "write"])
            Assert.Contains(stage, stages);
    }

    private static double Value(string text, string metric, params string[] labels)
    {
        var line = text.Split('\n').Single(line => line.StartsWith(metric + "{", StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal)));
        return double.Parse(Regex.Match(line, @"\} (\S+)").Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
