using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Models;
using Sassnet.Api.Tests.Jobs;
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

        var text = await FiguresAsync(service);
        Assert.Equal(20 * 18 * 16, Value(text, "sassnet_voxels_total", "model=\"random@1.10.0\""));
        Assert.Equal(1, Value(text, "sassnet_requests_total", "status=\"200\"", "route=\"/segment\"", "output=\"segmentation\""));
        Assert.Equal(2, Value(text, "sassnet_requests_total", "status=\"400\"", "route=\"/segment\""));
        Assert.Equal(2, Value(text, "sassnet_failures_total", "problem=\"truncated\"", "status=\"400\""));
        Assert.Equal(0, Value(text, "sassnet_queue_length", "model=\"random@1.10.0\"", "priority=\"interactive\""));
        Assert.Equal(3, Value(text, "sassnet_queue_wait_seconds_count", "model=\"random@1.10.0\"", "priority=\"interactive\""));
        foreach (var stage in (string[])["receive", "queue", "read", "prepare", "wait", "infer", "restore", "measure", "write"])
            Assert.InRange(Value(text, "sassnet_stage_duration_seconds_count", $"stage=\"{stage}\""), 1, 3);
        Assert.InRange(Value(text, "sassnet_stage_duration_seconds_bucket", "stage=\"read\"", "le=\"0.003\""), 0, 3);
        Assert.Contains("dotnet_process_memory_working_set", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_process_cpu_time", text, StringComparison.Ordinal);
        Assert.Contains("dotnet_gc_collections", text, StringComparison.Ordinal);
        Assert.Contains("http_server_request_duration", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Devices_models_disk_and_memory_are_told_as_they_are()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Inference:Device", "cpu,cpu"), ("Sassnet:Scheduling:MemoryBytes", "123456789"));
        var before = await FiguresAsync(service);
        using (await service.SegmentAsync(Scan.Medium, "?inference=window"))
        {
        }

        // The page that was made for the last reader is kept for the next one for 0.3 s.
        var text = await FiguresAsync(service);
        for (var tries = 0; tries < 600 && Busy(text) <= Busy(before); tries++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            text = await FiguresAsync(service);
        }

        var busy = Busy(text);
        Assert.True(busy > Busy(before), $"{busy} s after, {Busy(before)} s before");
        Assert.Equal((0, 0), (Value(text, "sassnet_device_failed", "device=\"cpu\"", "number=\"0\""), Value(text, "sassnet_device_failed", "device=\"cpu\"", "number=\"1\"")));
        Assert.Equal(1, Value(text, "sassnet_ready"));
        Assert.Equal((0, 123456789), (Value(text, "sassnet_scan_memory_usage_bytes"), Value(text, "sassnet_scan_memory_limit_bytes")));
        var models = service.Services.GetRequiredService<ModelCatalogue>();
        Assert.Equal((models.MemoryTaken, models.Models.Count), (Value(text, "sassnet_model_memory_usage_bytes"), Value(text, "sassnet_models", "state=\"ready\"")));
        Assert.Equal((0, 8L << 30), (Value(text, "sassnet_upload_disk_usage_bytes"), Value(text, "sassnet_upload_disk_limit_bytes")));
        Assert.True(Value(text, "sassnet_upload_disk_free_bytes") > 0);
    }

    [Fact]
    public async Task A_device_that_has_stopped_is_a_figure()
    {
        await using var service = await TestService.StartAsync();
        service.Services.GetRequiredService<ModelCatalogue>().Default.On(0)!.Model.Dispose();
        using (await service.SegmentAsync(Scan.Small))
        {
        }

        var text = await FiguresAsync(service);
        Assert.Equal((1, 0), (Value(text, "sassnet_device_failed", "device=\"cpu\""), Value(text, "sassnet_ready")));

        // The scan was read, and is not segmented.
        Assert.DoesNotContain("sassnet_voxels_total", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_are_counted_by_how_they_end_and_timed()
    {
        await using var service = await TestService.StartAsync();
        await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small));
        await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small[..1000]));
        var text = await FiguresAsync(service);
        for (var tries = 0; tries < 600 && !IsSettled(text); tries++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            text = await FiguresAsync(service);
        }

        foreach (var (state, count) in ((string, int)[])[("succeeded", 1), ("failed", 1), ("cancelled", 0)])
            Assert.Equal(count, Value(text, "sassnet_jobs_total", $"state=\"{state}\""));
        foreach (var state in (string[])["succeeded", "failed"])
            Assert.Equal(1, Value(text, "sassnet_job_duration_seconds_count", $"state=\"{state}\""));
        Assert.Equal(2, Value(text, "sassnet_job_wait_seconds_count"));
        Assert.Equal(2, Value(text, "sassnet_queue_wait_seconds_count", "priority=\"job\""));
        Assert.Equal((true, 50L << 30), (Value(text, "sassnet_jobs_disk_free_bytes") > 0, Value(text, "sassnet_jobs_disk_limit_bytes")));
    }

    [Fact]
    public async Task A_service_tells_its_own_figures_whatever_another_one_in_the_process_does_and_when_that_ends()
    {
        await using var service = await TestService.StartAsync();
        using (await service.SegmentAsync(Scan.Small))
        {
        }

        await using (var other = await TestService.StartAsync())
        {
            using (await other.SegmentAsync(Scan.Small))
            {
            }

            await other.Client.WaitAsync(await other.Client.SubmittedAsync(Scan.Small));
            Assert.Equal(1, Value(await FiguresAsync(other), "sassnet_requests_total", "status=\"200\"", "route=\"/segment\""));
            Assert.Equal(1, Value(await FiguresAsync(service), "sassnet_requests_total", "status=\"200\"", "route=\"/segment\""));
        }

        for (var reads = 1; reads <= 3; reads++)
        {
            var text = await FiguresAsync(service);
            Assert.Equal(1, Value(text, "sassnet_requests_total", "status=\"200\"", "route=\"/segment\""));
            Assert.Equal(1, Value(text, "http_server_request_duration_seconds_count", "http_route=\"/segment\""));
            Assert.Equal(0, Value(text, "sassnet_jobs_total", "state=\"succeeded\""));
        }
    }

    // How a job ended is known to the client a moment before it is counted, and what is open is looked at every second.
    private static bool IsSettled(string text) =>
        Regex.Count(text, @"^sassnet_jobs_open\{[^}]*\} 0\s", RegexOptions.Multiline) == 2
        && Regex.IsMatch(text, @"^sassnet_job_duration_seconds_count\{[^}]*failed", RegexOptions.Multiline);

    private static double Busy(string text) => ((string[])["0", "1"]).Sum(number => Value(text, "sassnet_device_busy_seconds_total", $"number=\"{number}\""));

    private static Task<string> FiguresAsync(TestService service) => service.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

    private static double Value(string text, string metric, params string[] labels)
    {
        var line = text.Split('\n').Single(line => line.StartsWith(metric + "{", StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal)));
        return double.Parse(Regex.Match(line, @"\} (\S+)").Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
