using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Models;
using Sassnet.Api.Problems;
using Sassnet.Api.Scheduling;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Scheduling;

/// <summary>The scheduler of a real service, with scans whose stages end when the test says so.</summary>
public sealed class DeviceSchedulerTests
{
    [Fact]
    public async Task The_next_scan_is_on_the_device_while_the_one_before_it_is_encoded()
    {
        await using var service = await StartAsync();
        using var first = ScheduledScan.Send(service, blocked: "finish");
        await first.BegunAsync("finish");
        using var second = ScheduledScan.Send(service, blocked: "infer");
        await second.BegunAsync("infer");
        using var third = ScheduledScan.Send(service);
        await third.ReadyAsync();
        Assert.False(first.Run.IsCompleted);
        Assert.False(third.HasBegun("infer"));

        second.Release("infer");
        first.Release("finish");
        await Task.WhenAll(first.Run, second.Run, third.Run);
        AssertEmpty(service);
    }

    [Fact]
    public async Task Without_overlap_a_scan_has_the_service_to_itself_from_decoding_to_encoding()
    {
        await using var service = await StartAsync(("Sassnet:Scheduling:Overlap", "false"));
        using var first = ScheduledScan.Send(service, blocked: "finish");
        using var second = ScheduledScan.Send(service);
        await first.BegunAsync("finish");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(second.HasBegun("decode"));
        first.Release("finish");
        await Task.WhenAll(first.Run, second.Run);
        AssertEmpty(service);
    }

    [Fact]
    public async Task Two_devices_work_at_once_each_with_a_network_of_its_own()
    {
        await using var service = await StartAsync(("Sassnet:Inference:Device", "cpu,cpu"));
        using var first = ScheduledScan.Send(service, blocked: "infer");
        using var second = ScheduledScan.Send(service, blocked: "infer");
        await first.BegunAsync("infer");
        await second.BegunAsync("infer");
        first.Release("infer");
        second.Release("infer");
        await Task.WhenAll(first.Run, second.Run);
        Assert.NotSame(first.Device, second.Device);
        AssertEmpty(service);
    }

    [Fact]
    public async Task Twenty_scans_of_one_caller_delay_the_first_of_another_by_one_inference_at_most()
    {
        await using var service = await StartAsync();
        var order = new List<string>();
        using var running = Send("many", blocked: "infer");
        await running.BegunAsync("infer");
        var many = Enumerable.Range(0, 20).Select(_ => Send("many")).ToList();
        await many[0].ReadyAsync();
        using var one = Send("one");
        await one.ReadyAsync();
        running.Release("infer");
        await Task.WhenAll([one.Run, .. many.Select(scan => scan.Run)]);
        Assert.InRange(order.IndexOf("one"), 1, 2);
        many.ForEach(scan => scan.Dispose());
        AssertEmpty(service);

        ScheduledScan Send(string flow, string? blocked = null) => ScheduledScan.Send(service, blocked, flow, onDevice: _ => order.Add(flow));
    }

    [Fact]
    public async Task A_job_waits_until_nobody_waits_on_a_connection()
    {
        await using var service = await StartAsync();
        var order = new List<string>();
        using var running = Send("running", Priority.Interactive, blocked: "infer");
        await running.BegunAsync("infer");
        using var job = Send("job", Priority.Job);
        await job.ReadyAsync();
        using var request = Send("request", Priority.Interactive);
        await request.ReadyAsync();
        running.Release("infer");
        await Task.WhenAll(running.Run, job.Run, request.Run);
        Assert.Equal(["running", "request", "job"], order);

        ScheduledScan Send(string name, Priority priority, string? blocked = null) => ScheduledScan.Send(service, blocked, name, priority, onDevice: _ => order.Add(name));
    }

    [Fact]
    public async Task Memory_is_taken_from_decoding_to_encoding_and_what_has_no_room_waits()
    {
        await using var service = await StartAsync(("Sassnet:Scheduling:MemoryBytes", "100"));
        using var first = ScheduledScan.Send(service, blocked: "finish", bytes: 60);
        await first.BegunAsync("finish");
        using var second = ScheduledScan.Send(service, bytes: 60);
        await second.DecodedAsync();
        using var third = ScheduledScan.Send(service, bytes: 5);
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(second.HasBegun("prepare"));
        Assert.False(third.HasBegun("prepare"));
        Assert.Equal(60, Occupancy(service).MemoryBytes);
        first.Release("finish");
        await Task.WhenAll(first.Run, second.Run, third.Run);
        AssertEmpty(service);
    }

    [Fact]
    public async Task A_scan_that_takes_more_memory_than_there_is_runs_alone()
    {
        await using var service = await StartAsync(("Sassnet:Scheduling:MemoryBytes", "100"));
        using var small = ScheduledScan.Send(service, blocked: "finish", bytes: 1);
        await small.BegunAsync("finish");
        using var large = ScheduledScan.Send(service, blocked: "infer", bytes: 1000);
        await large.BegunAsync("decode");
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(large.HasBegun("prepare"));
        small.Release("finish");
        await large.BegunAsync("infer");
        using var next = ScheduledScan.Send(service, bytes: 1);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(next.HasBegun("decode"));
        large.Release("infer");
        await Task.WhenAll(large.Run, next.Run);
        AssertEmpty(service);
    }

    [Theory]
    [InlineData("decode")]
    [InlineData("prepare")]
    [InlineData("infer")]
    [InlineData("finish")]
    public async Task A_client_that_goes_away_at_any_stage_gives_back_what_it_held(string stage)
    {
        await using var service = await StartAsync();
        using var leaving = ScheduledScan.Send(service, blocked: stage, bytes: 1000);
        await leaving.BegunAsync(stage);
        leaving.Leave();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving.Run);
        AssertEmpty(service);
        using var next = ScheduledScan.Send(service);
        await next.Run;
    }

    [Fact]
    public async Task A_client_that_goes_away_while_it_waits_for_a_place_for_memory_or_for_the_device_gives_back_what_it_held()
    {
        await using var service = await StartAsync(("Sassnet:Scheduling:MemoryBytes", "100"), ("Sassnet:Scheduling:PreparedScans", "3"));
        using var running = ScheduledScan.Send(service, blocked: "infer", bytes: 60);
        await running.BegunAsync("infer");
        using var forDevice = ScheduledScan.Send(service, bytes: 10);
        await forDevice.ReadyAsync();
        using var forMemory = ScheduledScan.Send(service, bytes: 60);
        await forMemory.BegunAsync("decode");
        using var forPlace = ScheduledScan.Send(service, bytes: 1);
        await Task.Delay(200, TestContext.Current.CancellationToken);
        Assert.False(forPlace.HasBegun("decode"));
        foreach (var leaving in (ScheduledScan[])[forPlace, forMemory, forDevice])
        {
            leaving.Leave();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving.Run);
        }

        Assert.Equal((0, 1, 60), Occupancy(service));
        running.Release("infer");
        await running.Run;
        AssertEmpty(service);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_that_does_not_reach_a_device_in_time_is_refused_with_a_time_to_come_again_and_a_job_waits(bool isJob)
    {
        await using var service = await StartAsync(("Sassnet:Queue:MaxWait", "00:00:01"));
        using var running = ScheduledScan.Send(service, blocked: "infer");
        await running.BegunAsync("infer");
        using var waiting = ScheduledScan.Send(service, priority: isJob ? Priority.Job : Priority.Interactive);
        if (!isJob)
        {
            var problem = await Assert.ThrowsAsync<ProblemException>(() => waiting.Run);
            Assert.Equal(ProblemTypes.QueueFull, problem.Type);
            Assert.StartsWith("The request did not reach a device within 1 s, the longest it may wait here.", problem.Message, StringComparison.Ordinal);
            Assert.InRange(problem.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        }

        await Task.Delay(1500, TestContext.Current.CancellationToken);
        running.Release("infer");
        await running.Run;
        if (isJob)
            await waiting.Run;
        AssertEmpty(service);
    }

    [Fact]
    public async Task The_last_places_of_the_queue_are_for_callers_that_have_none_waiting()
    {
        await using var service = await StartAsync(("Sassnet:Queue:Length", "8"));
        using var running = ScheduledScan.Send(service, blocked: "infer");
        await running.BegunAsync("infer");
        var many = Enumerable.Range(0, 6).Select(_ => ScheduledScan.Send(service, flow: "many")).ToList();
        Assert.Equal(ProblemTypes.QueueFull, Assert.Throws<ProblemException>(() => ScheduledScan.Send(service, flow: "many")).Type);
        var others = Enumerable.Range(0, 2).Select(number => ScheduledScan.Send(service, flow: $"other {number}")).ToList();
        Assert.Equal(ProblemTypes.QueueFull, Assert.Throws<ProblemException>(() => ScheduledScan.Send(service, flow: "one more")).Type);
        running.Release("infer");
        await Task.WhenAll(many.Concat(others).Select(scan => scan.Run));
        many.Concat(others).ToList().ForEach(scan => scan.Dispose());
        AssertEmpty(service);
    }

    // Loading keeps a device busy and holds the model, each a moment longer than until the model is ready.
    private static async Task<TestService> StartAsync(params (string Key, string Value)[] settings)
    {
        var service = await TestService.StartAsync(settings);
        await ScheduledScan.UntilAsync(() => service.Services.GetRequiredService<ModelCatalogue>().Models.All(model => model.State == ModelState.Ready && model.Leases == 1));
        return service;
    }

    private static (int Waiting, int UnderWay, long MemoryBytes) Occupancy(TestService service) => service.Services.GetRequiredService<DeviceScheduler>().Occupancy;

    private static void AssertEmpty(TestService service)
    {
        Assert.Equal((0, 0, 0), Occupancy(service));
        Assert.Equal(1, service.Services.GetRequiredService<ModelCatalogue>().Default.Leases);
    }
}
