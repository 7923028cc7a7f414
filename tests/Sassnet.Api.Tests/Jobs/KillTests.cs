using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sassnet.Api.Segmentation;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs;

/// <summary>SIGKILL at any moment, then a restart: every job that was accepted ends, once, its results whole or absent.</summary>
public sealed class KillTests : IDisposable
{
    // A job may have been running at every kill.
    private static readonly (string Key, string Value) ManyAttempts = ("Sassnet__Jobs__MaxAttempts", "100");

    private readonly string _folder = Directory.CreateTempSubdirectory("sassnet-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(11, 3)]
    public Task A_few_kills_lose_no_job(int seed, int kills) => KillAsync(seed, kills);

    // dotnet run -c Release --project tests/Sassnet.Api.Tests -- -explicit only -method '*Fifty_kills*'
    [Fact(Explicit = true)]
    public Task Fifty_kills_lose_no_job() =>
        KillAsync(int.Parse(Environment.GetEnvironmentVariable("SASSNET_KILL_SEED") ?? "1"), 50);

    [Fact]
    public async Task A_volume_under_which_the_process_ends_again_and_again_fails()
    {
        string id;
        DateTimeOffset begun;
        await using (var first = await StartAsync())
        {
            id = await first.Client.SubmittedAsync(Scan.Endless, "?inference=window");
            begun = await BegunAsync(first.Client, id, default);
            await first.KillAsync();
        }

        for (var attempt = 2; attempt <= 3; attempt++)
        {
            await using var again = await StartAsync();
            begun = await BegunAsync(again.Client, id, begun);
            await again.KillAsync();
        }

        await using var last = await StartAsync();
        var other = await last.Client.SubmittedAsync(Scan.Small);
        var job = await last.Client.WaitAsync(id);
        Assert.Equal(("failed", "urn:sassnet:problem:job-abandoned"), (job.State(), job.GetProperty("problem").GetProperty("type").GetString()));
        (await last.Client.WaitAsync(other)).AssertSucceeded();
    }

    [Fact]
    public async Task A_stop_counts_as_no_attempt_and_the_job_goes_on_afterwards_its_wait_counted_once()
    {
        string id;
        await using (var first = await StartAsync(("Sassnet__Jobs__MaxAttempts", "1")))
        {
            id = await first.Client.SubmittedAsync(Scan.Gzipped(112, 112, 80), "?inference=window");
            await first.Client.WaitAsync(id, "running");
            first.SendTerminate();
            Assert.Equal(0, await first.ExitAsync());
        }

        await using var second = await StartAsync(("Sassnet__Jobs__MaxAttempts", "1"));
        (await second.Client.WaitAsync(id)).AssertSucceeded();
        (await second.Client.WaitAsync(await second.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();
        var figures = await second.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal("1", Regex.Match(figures, @"^sassnet_job_wait_seconds_count\{[^}]*\} (\d+)", RegexOptions.Multiline).Groups[1].Value);
    }

    [Fact]
    public async Task A_second_process_with_the_same_folder_does_not_start()
    {
        await using var first = await StartAsync();
        var (exit, _, error) = await ServiceProcess.RunAsync(ServiceProcess.Command(null, ("Sassnet__Jobs__Folder", _folder)));
        Assert.Equal(1, exit);
        Assert.Contains("another process keeps its jobs there", error, StringComparison.Ordinal);
    }

    private Task<ServiceProcess> StartAsync(params (string Key, string Value)[] settings) => ServiceProcess.StartAsync(null, [("Sassnet__Jobs__Folder", _folder), .. settings]);

    // A process that has just begun shows the job as the one before it left it.
    private static async Task<DateTimeOffset> BegunAsync(HttpClient client, string id, DateTimeOffset after)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            var job = await client.JobAsync(id);
            if (job.State() == "running" && job.GetProperty("started").GetDateTimeOffset() is var started && started > after)
                return started;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"Job {id} was not begun again within a minute.");
        return default;
    }

    private async Task KillAsync(int seed, int kills)
    {
        var random = new Random(seed);
        var accepted = new Dictionary<string, string>();
        for (var kill = 0; kill < kills; kill++)
        {
            await using var service = await StartAsync(ManyAttempts);
            using var ending = new CancellationTokenSource(random.Next(50, 1500));
            var sending = Task.WhenAll(Enumerable.Range(0, 2).Select(client => SendAsync(service.Client, $"{seed}-{kill}-{client}", accepted, ending.Token)));
            if (kill % 2 == 0)
                await FirstAsync(accepted, $"{seed}-{kill}-");
            await Task.Delay(random.Next(50, 1500), TestContext.Current.CancellationToken);
            await service.KillAsync();
            await ending.CancelAsync();
            await sending;
        }

        Assert.NotEmpty(accepted);
        await using var last = await StartAsync(ManyAttempts);
        foreach (var (key, id) in accepted)
        {
            Assert.Equal(id, await last.Client.SubmittedAsync(Scan.Small, "?output=all", key));
            await AssertWholeAsync(last.Client, await last.Client.WaitAsync(id));
        }

        // What was not accepted left nothing: neither a job nor a file.
        var listed = await AllAsync(last.Client);
        Assert.Equal(listed.Order(), Directory.GetDirectories(_folder).Select(path => Path.GetFileName(path)!).Order());
        Assert.Equal(listed.Count, listed.Distinct().Count());
    }

    // However slow the machine is, some kills come after a job was accepted.
    private static async Task FirstAsync(Dictionary<string, string> accepted, string prefix)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            lock (accepted)
            {
                if (accepted.Keys.Any(key => key.StartsWith(prefix, StringComparison.Ordinal)))
                    return;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static async Task SendAsync(HttpClient client, string prefix, Dictionary<string, string> accepted, CancellationToken ending)
    {
        for (var number = 0; !ending.IsCancellationRequested; number++)
        {
            var key = $"{prefix}-{number}";
            try
            {
                using var response = await client.SubmitAsync(Scan.Small, "?output=all", key);
                if (response.StatusCode != HttpStatusCode.Accepted)
                    continue;
                var id = (await ProblemAssert.JsonAsync(response)).GetProperty("id").GetString()!;
                lock (accepted)
                    accepted[key] = id;
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                // The process was killed under this request: nothing was promised.
            }
        }
    }

    private static async Task AssertWholeAsync(HttpClient client, JsonElement job)
    {
        job.AssertSucceeded();
        Assert.Equal(SegmentOutput.Single.Count, job.Outputs().Length);
        foreach (var result in job.GetProperty("results").EnumerateArray())
        {
            var bytes = await client.ResultAsync(job.GetProperty("id").GetString()!, result.GetProperty("output").GetString()!);
            Assert.Equal(result.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
    }

    private static async Task<List<string>> AllAsync(HttpClient client)
    {
        var (ids, after) = (new List<string>(), string.Empty);
        do
        {
            using var response = await client.CallAsync(HttpMethod.Get, $"/jobs?limit=200{after}");
            var page = await ProblemAssert.JsonAsync(response);
            foreach (var job in page.GetProperty("jobs").EnumerateArray())
            {
                ids.Add(job.GetProperty("id").GetString()!);
                Assert.Contains((await client.WaitAsync(ids[^1])).State(), (string[])["succeeded", "failed"]);
            }

            after = page.GetProperty("next").GetString() is { } next ? $"&after={next}" : string.Empty;
        }
        while (after.Length > 0);
        return ids;
    }
}
