using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Models;
using Sassnet.Api.Problems;
using Sassnet.Api.Scheduling;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using TorchSharp;
using Xunit;

namespace Sassnet.Api.Tests.Scheduling;

/// <summary>Devices that stop working: the service says so, and why.</summary>
public sealed class DeviceFaultTests
{
    [Fact]
    public async Task A_device_that_fails_at_everything_is_said_to_have_stopped_and_the_service_is_not_ready()
    {
        await using var service = await TestService.StartAsync();
        var model = service.Services.GetRequiredService<ModelCatalogue>().Default;

        // As after a CUDA error: this inference fails, and so does every other.
        model.On(0)!.Model.Dispose();
        using (var failed = await service.SegmentAsync(Scan.Small))
            Assert.Contains("cpu has stopped working", await ProblemAssert.IsAsync(failed, 503, "device-failed"), StringComparison.Ordinal);
        using (var refused = await service.SegmentAsync(Scan.Small))
        {
            await ProblemAssert.IsAsync(refused, 503, "device-failed");
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        using (var ready = await service.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken))
            Assert.Contains("The device cpu has stopped working: ", await ProblemAssert.IsAsync(ready, 503, "device-failed"), StringComparison.Ordinal);

        // Which says to whatever watches over the service that it has to be started again.
        foreach (var path in (string[])["/health/live", "/v2/health/live"])
        {
            using var live = await service.Client.GetAsync(path, TestContext.Current.CancellationToken);
            await ProblemAssert.IsAsync(live, 503, "device-failed");
        }

        Assert.Contains(service.Logs.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal) && line.Contains("The device cpu has stopped working", StringComparison.Ordinal));
        await service.AssertNoFilesLeftAsync();
        Assert.Equal((0, 0, 0), service.Services.GetRequiredService<DeviceScheduler>().Occupancy);
    }

    [Fact]
    public async Task What_waits_for_a_device_that_stops_is_answered_and_another_device_goes_on()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Inference:Device", "cpu,cpu"));
        using var broken = ScheduledScan.Send(service, onDevice: model =>
        {
            model.Model.Dispose();
            throw new InvalidOperationException("CUDA error: an illegal memory access was encountered\nCompile with more.");
        });
        var told = await Assert.ThrowsAsync<DeviceStoppedException>(() => broken.Run);
        Assert.Equal(ProblemTypes.DeviceFailed, told.Type);
        Assert.Contains("It was working on this scan", told.Message, StringComparison.Ordinal);
        await service.AssertStillServesAsync();
        using var ready = await service.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(ready, 503, "device-failed");

        using var both = new ManualResetEventSlim();
        using var running = ScheduledScan.Send(service, onDevice: model =>
        {
            both.Wait(TimeSpan.FromMinutes(1));
            model.Model.Dispose();
            throw new InvalidOperationException("once more");
        });
        await ScheduledScan.UntilAsync(() => running.IsOnDevice);
        using var waiting = ScheduledScan.Send(service);
        await waiting.ReadyAsync();
        both.Set();
        await Assert.ThrowsAsync<DeviceStoppedException>(() => running.Run);
        Assert.Equal(ProblemTypes.DeviceFailed, (await Assert.ThrowsAsync<ProblemException>(() => waiting.Run)).Type);
    }

    [Fact]
    public async Task A_convolution_without_an_engine_stops_no_device_since_it_may_lack_no_more_than_memory()
    {
        await using var service = await TestService.StartAsync();
        using var failing = ScheduledScan.Send(service, onDevice: model =>
        {
            // Whatever is tried next fails too, as it does where another process has the memory.
            model.Model.Dispose();
            throw new TorchFailure("GET was unable to find an engine to execute this computation");
        });
        await Assert.ThrowsAsync<TorchFailure>(() => failing.Run);
        using var live = await service.Client.GetAsync("/health/live", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task A_failure_that_is_the_scans_own_leaves_the_device_working()
    {
        await using var service = await TestService.StartAsync();
        using var failing = ScheduledScan.Send(service, onDevice: _ => throw new InvalidOperationException("this scan only"));
        Assert.Equal("this scan only", (await Assert.ThrowsAsync<InvalidOperationException>(() => failing.Run)).Message);
        await service.AssertStillServesAsync();
        using var ready = await service.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Fact]
    public async Task A_model_whose_answer_to_the_first_volume_is_no_number_leaves_the_service_not_ready_and_it_says_why()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-overflow-").FullName;
        using (var scope = torch.NewDisposeScope())
        using (torch.no_grad())
        {
            using var network = new VNet(filters: 2);
            foreach (var weight in network.parameters())
                weight.fill_(1e30f);
            var sound = ModelPackage.Open(Directory.EnumerateDirectories(RandomModel.Folder).First());
            ModelPackage.Write(Path.Combine(folder, "overflowing"), network, sound.Manifest, torch.ScalarType.Float32);
        }

        await using (var service = TestService.StartUnready(("Sassnet:Models:Folder", folder), ("Sassnet:Models:Default", RandomModel.Name)))
        {
            var problem = string.Empty;
            for (var tries = 0; tries < 1200 && !problem.Contains("could not be loaded", StringComparison.Ordinal); tries++)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
                using var ready = await service.Client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
                problem = await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            }

            Assert.Contains("answers to a made-up volume on cpu is no number", problem, StringComparison.Ordinal);
            using var refused = await service.SegmentAsync(Scan.Small);
            await ProblemAssert.IsAsync(refused, 503, "model-unavailable");
        }

        Directory.Delete(folder, recursive: true);
    }

    private sealed class TorchFailure(string words) : ExternalException(words);
}
