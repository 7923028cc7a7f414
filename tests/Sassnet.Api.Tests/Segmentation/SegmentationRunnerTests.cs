using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Models;
using Sassnet.Api.Scheduling;
using Sassnet.Api.Segmentation;
using Sassnet.Api.Telemetry;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Api.Tests.Service;
using Sassnet.Api.Uploads;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

/// <summary>Segmentations as requests and jobs order them, in a real service.</summary>
public sealed class SegmentationRunnerTests
{
    [Fact]
    public async Task An_answer_that_is_slow_to_be_written_does_not_keep_the_next_inference_from_beginning()
    {
        await using var service = await TestService.StartAsync();
        using var written = new ManualResetEventSlim();
        using var opened = new ManualResetEventSlim();
        var first = RunAsync(service, Scan.Small, InferenceMode.Whole, () =>
        {
            opened.Set();
            written.Wait(TimeSpan.FromMinutes(1), CancellationToken.None);
            return new MemoryStream();
        });
        await Task.Run(opened.Wait, TestContext.Current.CancellationToken);
        var second = new MemoryStream();
        await RunAsync(service, Scan.Small, InferenceMode.Whole, () => second);
        Assert.False(first.IsCompleted);
        Assert.True(second.ToArray().Length > 0);
        written.Set();
        await first;
    }

    [Fact]
    public async Task Progress_goes_up_window_by_window_to_one()
    {
        await using var service = await TestService.StartAsync();
        var seen = new Progress();
        await RunAsync(service, Scan.Large, InferenceMode.Window, () => new MemoryStream(), seen);
        Assert.True(seen.Values.Count > 10, $"{seen.Values.Count} windows");
        Assert.Equal(seen.Values.Distinct().Order(), seen.Values);
        Assert.Equal(1, seen.Values[^1]);
    }

    [Fact]
    public async Task A_job_that_is_cancelled_stops_between_two_windows()
    {
        await using var service = await TestService.StartAsync();
        using var cancelling = new CancellationTokenSource();
        var seen = new Progress { Told = share => CancelAt(share, cancelling) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(service, Scan.Large, InferenceMode.Window, () => new MemoryStream(), seen, cancelling.Token));
        Assert.InRange(seen.Values[^1], 0.1, 0.5);
        Assert.Equal((0, 0, 0), service.Services.GetRequiredService<DeviceScheduler>().Occupancy);
    }

    [Fact]
    public async Task Answers_of_requests_that_overlap_are_those_of_requests_alone()
    {
        await using var service = await TestService.StartAsync();
        string[] queries = ["?output=sdm", "?output=probability&inference=window", "?output=surface", "?output=distance"];
        byte[][] scans = [Scan.Small, Scan.Medium];
        var requests = scans.SelectMany(scan => queries.Select(query => (Scan: scan, Query: query))).ToList();
        var alone = new List<byte[]>();
        foreach (var (scan, query) in requests)
            alone.Add(await AnswerAsync(scan, query));
        var together = await Task.WhenAll(requests.Select(request => AnswerAsync(request.Scan, request.Query)));
        Assert.Equal(alone, together);

        async Task<byte[]> AnswerAsync(byte[] scan, string query)
        {
            using var response = await service.SegmentAsync(scan, query);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        }
    }

    private static void CancelAt(double share, CancellationTokenSource cancelling)
    {
        if (share > 0.1)
            cancelling.Cancel();
    }

    private static async Task RunAsync(
        TestService service, byte[] scan, InferenceMode mode, Func<Stream> answer, IProgress<double>? progress = null, CancellationToken? cancellation = null)
    {
        using var upload = new Upload(service.Services.GetRequiredService<TemporaryFolder>().NewFolder(0));
        await using (var file = upload.Add().Create(asynchronous: true))
            await file.WriteAsync(scan, CancellationToken.None);
        upload.Choose(new UploadOptions(), CancellationToken.None);
        using var lease = service.Services.GetRequiredService<ModelCatalogue>().Lease(null);
        await service.Services.GetRequiredService<SegmentationRunner>().RunAsync(
            new SegmentationOrder(
                lease.Model,
                new SegmentQuery(null, SegmentOutput.Segmentation, new SegmentationRequest(mode), null, false, SegmentationEncoding.Auto),
                SegmentOutput.Segmentation,
                new VolumeSource(upload.Files, upload.Folder, null, service.Services.GetRequiredService<PixelDecoder>(), new VolumeLimits()),
                answer,
                new StageTimings(service.Services.GetRequiredService<ServiceMetrics>(), TimeProvider.System),
                new Flow("test"),
                Priority.Job,
                progress),
            cancellation ?? TestContext.Current.CancellationToken);
    }

    private sealed class Progress : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public Action<double>? Told { get; init; }

        public void Report(double value)
        {
            Values.Add(value);
            Told?.Invoke(value);
        }
    }
}
