using System.Globalization;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Records;

/// <summary>A machine whose clock is set while it works on jobs, with SQLite; only where libfaketime is installed, through which a process sees another clock.</summary>
public sealed class ClockTests : IDisposable
{
    private const string Library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-clock-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_clock_that_is_set_by_days_ends_no_job_twice_and_removes_no_result()
    {
        if (!File.Exists(Library))
            Assert.Skip("libfaketime (Debian's package of that name) is not installed.");
        var clock = Path.Combine(_folder, "clock");
        Set(clock, 0);
        await using var service = await ServiceProcess.StartAsync(
            null, ("LD_PRELOAD", Library), ("FAKETIME_TIMESTAMP_FILE", clock), ("FAKETIME_NO_CACHE", "1"), ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("DONT_FAKE_MONOTONIC", "1"),
            ("Sassnet__Jobs__Folder", Path.Combine(_folder, "jobs")), ("Sassnet__Jobs__RetainFor", "1.00:00:00"), ("Sassnet__Jobs__Lease", "00:00:02"));
        var ended = await service.Client.SubmittedAsync(Scan.Small);
        await service.Client.WaitAsync(ended);

        // Forward, and back again.
        foreach (var (times, days) in new[] { (1, 3), (2, 0) })
        {
            var running = await service.Client.SubmittedAsync(Scan.Large, "?inference=window");
            var waiting = await service.Client.SubmittedAsync(Scan.Small);
            await service.Client.WaitAsync(running, "running");
            Set(clock, days);
            for (var tries = 0; tries < 600 && service.Lines.Count(line => line.Contains("clock was set", StringComparison.Ordinal)) < times; tries++)
                await Task.Delay(100, TestContext.Current.CancellationToken);
            Assert.Equal(times, service.Lines.Count(line => line.Contains("clock was set", StringComparison.Ordinal)));

            // By the clock as it is now it ended a moment ago, and goes a day later.
            var now = DateTimeOffset.UtcNow.AddDays(days);
            var job = await service.Client.JobAsync(ended);
            Assert.InRange(job.GetProperty("ended").GetDateTimeOffset(), now.AddMinutes(-10), now.AddMinutes(1));
            Assert.InRange(job.GetProperty("expires").GetDateTimeOffset(), now.AddHours(23), now.AddHours(25));
            Assert.NotEmpty(await service.Client.ResultAsync(ended, "segmentation"));

            foreach (var id in (string[])[running, waiting, await service.Client.SubmittedAsync(Scan.Small)])
            {
                job = await service.Client.WaitAsync(id);
                job.AssertSucceeded();
                Assert.InRange(job.GetProperty("ended").GetDateTimeOffset(), now.AddMinutes(-1), now.AddMinutes(10));
                Assert.InRange((job.GetProperty("ended").GetDateTimeOffset() - job.GetProperty("started").GetDateTimeOffset()).TotalSeconds, 0, 600);
                Assert.Equal(["results-1"], Directory.GetDirectories(Path.Combine(_folder, "jobs", id), "results-*").Select(Path.GetFileName));
            }
        }
    }

    // In one step, so that nobody reads half of it.
    private static void Set(string path, int days)
    {
        File.WriteAllText(path + ".new", days.ToString("+0;-0;+0", CultureInfo.InvariantCulture) + "d");
        File.Move(path + ".new", path, overwrite: true);
    }
}
