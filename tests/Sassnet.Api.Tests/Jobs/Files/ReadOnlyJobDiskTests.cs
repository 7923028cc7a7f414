using System.Net.Http.Json;
using System.Text.Json;
using Sassnet.Api.Tests.Service;
using Sassnet.Api.Tests.TemporaryFiles;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Files;

/// <summary>A disk for jobs that can be read and not written, as it is after a failure of it; the records lie elsewhere.</summary>
public sealed class ReadOnlyJobDiskTests
{
    [Fact]
    public async Task While_the_disk_takes_no_changes_jobs_are_refused_or_wait_and_the_health_says_so_and_nothing_is_lost()
    {
        using var disk = new SmallDisk();
        await using var postgres = await PostgresServer.StartNewAsync();
        await using var service = await TestService.StartAsync(
            [.. postgres.Settings, ("Sassnet:Jobs:Folder", Path.Combine(disk.Folder, "jobs")), ("Sassnet:Jobs:RetryDelay", "00:00:00.1"), ("Sassnet:Jobs:MaxAttempts", "1")]);
        var running = await service.Client.SubmittedAsync(Scan.Gzipped(112, 112, 80), "?inference=window");
        await service.Client.WaitAsync(running, "running");
        string[] ids = [running, await service.Client.SubmittedAsync(Scan.Small), await service.Client.SubmittedAsync(Scan.Small)];

        disk.Protect();
        for (var tries = 0; tries < 1200 && !service.Logs.Lines.Any(line => line.Contains("waiting again (problem job-store-unavailable)", StringComparison.Ordinal)); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Contains(service.Logs.Lines, line => line.Contains("waiting again (problem job-store-unavailable)", StringComparison.Ordinal));

        // Long enough for all that wait to be taken up, and for the disk to be tried again.
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        foreach (var id in ids)
            Assert.Equal("queued", (await service.Client.JobAsync(id)).State());
        using (var refused = await service.Client.SubmitAsync(Scan.Small))
        {
            await ProblemAssert.IsAsync(refused, 503, "job-store-unavailable");
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        Assert.Equal("degraded", await HealthAsync(service.Client));
        disk.Unprotect();
        foreach (var id in ids)
            (await service.Client.WaitAsync(id)).AssertSucceeded();
        Assert.Equal("ready", await HealthAsync(service.Client));

        // What it was tried with is gone.
        Assert.All(Directory.GetDirectories(Path.Combine(disk.Folder, "jobs")), path => Assert.Contains(Path.GetFileName(path), ids));
    }

    private static async Task<string?> HealthAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>("/health/ready", TestContext.Current.CancellationToken)).GetProperty("status").GetString();
}
