using System.Net;
using Sassnet.Api.Segmentation;
using Sassnet.Api.Tests.Service;
using Sassnet.Api.Tests.TemporaryFiles;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Files;

/// <summary>A disk for jobs that other programs have filled.</summary>
public sealed class FullJobDiskTests : IDisposable
{
    private const int Kibibyte = 1024;

    private readonly SmallDisk _disk = new();

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task A_job_for_which_there_is_no_room_is_refused_and_leaves_nothing()
    {
        await using var service = await StartAsync();
        await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small));
        var before = Folders();
        _disk.FillUpTo(48 * Kibibyte);
        using (var refused = await service.Client.SubmitAsync(Scan.Medium))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains((await ProblemAssert.JsonAsync(refused)).GetProperty("type").GetString(), (string[])["urn:sassnet:problem:storage-full", "urn:sassnet:problem:job-store-unavailable"]);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        Assert.Equal(before, Folders());
        _disk.Empty();
        (await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Medium))).AssertSucceeded();
    }

    [Fact]
    public async Task A_job_whose_results_find_no_room_waits_and_is_done_once_there_is()
    {
        await using var service = await StartAsync(("Sassnet:Jobs:RetryDelay", "00:00:01"), ("Sassnet:Jobs:MaxAttempts", "100"));
        var id = await service.Client.SubmittedAsync(Scan.Medium, "?output=all&inference=window");
        _disk.FillUpTo(128 * Kibibyte);
        for (var tries = 0; tries < 1200 && !service.Logs.Lines.Any(line => line.Contains("waiting again", StringComparison.Ordinal)); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Contains(service.Logs.Lines, line => line.Contains("waiting again (problem storage-full)", StringComparison.Ordinal));
        _disk.Empty();
        var job = await service.Client.WaitAsync(id);
        job.AssertSucceeded();
        Assert.Equal(SegmentOutput.Single.Count, job.Outputs().Length);
    }

    [Fact]
    public async Task A_job_whose_results_never_find_room_fails_and_says_so()
    {
        await using var service = await StartAsync(("Sassnet:Jobs:RetryDelay", "00:00:00.1"), ("Sassnet:Jobs:MaxAttempts", "2"));
        var id = await service.Client.SubmittedAsync(Scan.Medium, "?output=all&inference=window");
        _disk.FillUpTo(128 * Kibibyte);
        var job = await service.Client.WaitAsync(id);
        Assert.Equal(("failed", "urn:sassnet:problem:storage-full"), (job.State(), job.GetProperty("problem").GetProperty("type").GetString()));

        // Its files go a moment after its end.
        for (var tries = 0; tries < 1200 && Folders().Count > 0; tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Empty(Folders());
    }

    private Task<TestService> StartAsync(params (string Key, string Value)[] settings) =>
        TestService.StartAsync([("Sassnet:Jobs:Folder", Path.Combine(_disk.Folder, "jobs")), .. settings]);

    private List<string> Folders() => [.. Directory.GetDirectories(Path.Combine(_disk.Folder, "jobs"))];
}
