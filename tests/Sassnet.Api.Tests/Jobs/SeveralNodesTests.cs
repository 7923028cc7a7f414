using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs;

/// <summary>Nodes that share a PostgreSQL server and a folder.</summary>
public sealed class SeveralNodesTests : SharedJobsTests
{
    private (string Key, string Value)[] Settings => [.. Shared, ("Sassnet:Jobs:Lease", "00:00:03")];

    [Fact]
    public Task A_node_that_is_killed_leaves_its_jobs_to_the_other() => KillOneOfTwoAsync(seed: 5);

    // dotnet run -c Release --project tests/Sassnet.Api.Tests -- -explicit only -method '*Ten_times*'
    [Fact(Explicit = true)]
    public async Task Ten_times_a_node_that_is_killed_leaves_its_jobs_to_the_other()
    {
        for (var seed = 1; seed <= 10; seed++)
            await KillOneOfTwoAsync(seed);
    }

    [Fact]
    public async Task A_key_is_one_jobs_on_all_nodes_and_any_node_tells_of_it()
    {
        await using var first = await TestService.StartAsync(Settings);
        await using var second = await TestService.StartAsync(Settings);
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(async number =>
        {
            var client = (number % 2 == 0 ? first : second).Client;
            while (true)
            {
                using var response = await client.SubmitAsync(Scan.Small, key: "one");
                if ((int)response.StatusCode == 202)
                    return (await ProblemAssert.JsonAsync(response)).GetProperty("id").GetString()!;
                await ProblemAssert.IsAsync(response, 409, "idempotency-in-progress");
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
        }));
        var id = Assert.Single(ids.Distinct());
        (await first.Client.WaitAsync(id)).AssertSucceeded();
        Assert.Equal(await first.Client.ResultAsync(id, "segmentation"), await second.Client.ResultAsync(id, "segmentation"));
    }

    [Fact]
    public async Task A_job_is_cancelled_through_any_node()
    {
        await using var first = await TestService.StartAsync(Settings);
        var running = await first.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await first.Client.WaitAsync(running, "running");
        await using var second = await TestService.StartAsync(Settings);
        using (var cancelled = await second.Client.CallAsync(HttpMethod.Delete, $"/jobs/{running}"))
            Assert.Equal("cancelled", (await ProblemAssert.JsonAsync(cancelled)).State());
        for (var tries = 0; tries < 1200 && Directory.Exists(Path.Combine(Folder, running)); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(Directory.Exists(Path.Combine(Folder, running)));
    }

    [Fact]
    public async Task While_the_server_is_away_requests_are_told_so_and_the_job_under_way_is_stored_afterwards()
    {
        await using var service = await TestService.StartAsync(Settings);
        var id = await service.Client.SubmittedAsync(Scan.Large, "?inference=window&output=all");
        await service.Client.WaitAsync(id, "running");
        await Postgres.KillAsync();
        foreach (var (method, path) in new[] { ("POST", "/jobs"), ("GET", "/jobs"), ("GET", $"/jobs/{id}"), ("DELETE", $"/jobs/{id}"), ("GET", $"/jobs/{id}/events") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "POST" ? new ByteArrayContent(Scan.Small) : null };
            using var refused = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
            await ProblemAssert.IsAsync(refused, 503, "job-store-unavailable");
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        await service.AssertStillServesAsync();
        await Postgres.StartAsync();
        for (var tries = 0; tries < 600; tries++)
        {
            using var response = await service.Client.CallAsync(HttpMethod.Get, $"/jobs/{id}");
            if (response.IsSuccessStatusCode)
                break;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        (await service.Client.WaitAsync(id)).AssertSucceeded();
        await JobCalls.AssertOneAttemptAsync(Folder, id);
        (await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();
    }

    [Fact]
    public async Task A_node_starts_without_the_server_and_takes_jobs_once_it_is_there()
    {
        await Postgres.KillAsync();
        await using var service = await TestService.StartAsync(Settings);
        using (var refused = await service.Client.SubmitAsync(Scan.Small))
            await ProblemAssert.IsAsync(refused, 503, "job-store-unavailable");
        await Postgres.StartAsync();
        (await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_node_whose_clock_is_days_off_takes_no_job_from_another_and_removes_none(int sign)
    {
        var clock = new OtherClock();

        // With the usual lease: of one of seconds a node of a busy machine may be late to renew it, whatever the clocks say.
        (string, string)[] settings = [.. Shared, ("Sassnet:Jobs:RetainFor", "01:00:00")];
        await using var right = await TestService.StartAsync(settings);
        await using var wrong = await TestService.StartAsync(settings, null, services => services.AddSingleton<TimeProvider>(clock));
        var before = await right.Client.SubmittedAsync(Scan.Small);
        await right.Client.WaitAsync(before);
        var running = await right.Client.SubmittedAsync(Scan.Gzipped(112, 112, 80), "?inference=window");
        await right.Client.WaitAsync(running, "running");
        clock.Ahead = TimeSpan.FromDays(sign * 3);
        (await wrong.Client.WaitAsync(running)).AssertSucceeded();
        Assert.True(Directory.Exists(Path.Combine(Folder, running, "results-1")), "It was begun again.");
        (await wrong.Client.WaitAsync(await wrong.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();
        (await wrong.Client.JobAsync(before)).AssertSucceeded();
        Assert.InRange((await wrong.Client.JobAsync(running)).GetProperty("ended").GetDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(-5), TimeSpan.FromMinutes(5));
    }

    private async Task KillOneOfTwoAsync(int seed)
    {
        (string, string)[] environment = [.. Settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value))];
        await using var first = await ServiceProcess.StartAsync(null, environment);
        await using var second = await ServiceProcess.StartAsync(null, environment);
        var ids = new List<string>();
        for (var job = 0; job < 5; job++)
            ids.Add(await (job % 2 == 0 ? first : second).Client.SubmittedAsync(Scan.Medium, "?inference=window&output=all"));
        await second.Client.WaitAsync(ids[0], "running");
        await Task.Delay(new Random(seed).Next(0, 2000), TestContext.Current.CancellationToken);
        await first.KillAsync();
        foreach (var id in ids)
        {
            var job = await second.Client.WaitAsync(id);
            job.AssertSucceeded();
            foreach (var result in job.GetProperty("results").EnumerateArray())
            {
                var bytes = await second.Client.ResultAsync(id, result.GetProperty("output").GetString()!);
                Assert.Equal(result.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
            }
        }

        foreach (var id in ids)
            await JobCalls.AssertOneAttemptAsync(Folder, id);
    }

    private sealed class OtherClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }
}
