using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Models;
using Sassnet.Api.Tests.Archive;
using Sassnet.Api.Tests.Scheduling;
using Sassnet.Api.Tests.Service;
using Sassnet.Api.Tests.TemporaryFiles;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Execution;

/// <summary>What becomes of a job whose attempt did not end well.</summary>
public sealed class JobRunTests
{
    [Fact]
    public async Task A_job_on_the_device_as_it_stops_has_had_an_attempt_and_one_that_waited_for_it_has_not()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Jobs:MaxAttempts", "1"), ("Sassnet:Jobs:Concurrent", "2"));
        using var ahead = ScheduledScan.Send(service, blocked: "infer");
        await ahead.BegunAsync("infer");
        string[] ids = [await service.Client.SubmittedAsync(Scan.Small), await service.Client.SubmittedAsync(Scan.Small)];
        foreach (var id in ids)
            Assert.Equal("running", (await service.Client.WaitAsync(id, "running")).State());

        // As after a CUDA error: whatever comes to the device next fails, and so does every other.
        service.Services.GetRequiredService<ModelCatalogue>().Default.On(0)!.Model.Dispose();
        ahead.Release("infer");
        var states = string.Empty;
        for (var tries = 0; tries < 600 && states != "failed, queued"; tries++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            states = string.Join(", ", (await StatesAsync()).Order(StringComparer.Ordinal));
        }

        Assert.Equal("failed, queued", states);
        var failed = await service.Client.JobAsync(ids[Array.IndexOf(await StatesAsync(), "failed")]);
        Assert.Equal("device-failed", failed.Problem().Slug);
        Assert.Contains("It was working on this scan", failed.Problem().Detail, StringComparison.Ordinal);

        async Task<string[]> StatesAsync() => [(await service.Client.JobAsync(ids[0])).State(), (await service.Client.JobAsync(ids[1])).State()];
    }

    [Fact]
    public async Task An_attempt_whose_files_cannot_be_removed_ends_as_what_it_failed_of_says()
    {
        await using var service = await TestService.StartAsync();
        using var ahead = ScheduledScan.Send(service, blocked: "infer");
        await ahead.BegunAsync("infer");
        var id = await service.Client.SubmittedAsync(Scan.Small);
        string[] parts = [];
        for (var tries = 0; tries < 600 && parts.Length == 0; tries++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            parts = Directory.GetDirectories(Path.Combine(service.JobFolder, id), "results-1.*");
        }

        // What is mounted somewhere is removed by no user.
        var part = Assert.Single(parts);
        using var disk = new SmallDisk(part);
        service.Services.GetRequiredService<ModelCatalogue>().Default.On(0)!.Model.Dispose();
        ahead.Release("infer");
        for (var tries = 0; tries < 600 && (await service.Client.JobAsync(id)).State() != "queued"; tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal("queued", (await service.Client.JobAsync(id)).State());

        // It is told of when it is stored.
        string[] told = ["waiting again (problem device-failed)", $"{part} could not be removed and is swept later"];
        await ScheduledScan.UntilAsync(() => told.All(words => service.Logs.Lines.Any(line => line.Contains(words, StringComparison.Ordinal))));
    }
}
