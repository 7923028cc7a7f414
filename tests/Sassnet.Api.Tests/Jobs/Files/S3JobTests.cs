using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Files;

/// <summary>Jobs whose files lie in a bucket.</summary>
public sealed class S3JobTests(S3JobTests.Store store) : IAsyncLifetime, IClassFixture<S3JobTests.Store>
{
    // Bytes: beyond the head of an answer, and less than a result.
    private const long Middle = 16 << 10;

    // Half a minute without a byte from the bucket is not waited for.
    private readonly HastyClock _clock = new();
    private SwiftServer _swift = null!;

    public async ValueTask InitializeAsync() => _swift = await store.RunningAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Results_lie_in_the_bucket_whole_and_are_served_and_removed_from_there()
    {
        await using (var service = await TestService.StartAsync(_swift.Settings))
        {
            var id = await service.Client.SubmittedAsync(Scan.Small, "?output=all");
            var job = await service.Client.WaitAsync(id);
            job.AssertSucceeded();
            await AssertWholeAsync(service.Client, job);
            await UntilAsync(async () => (await _swift.FilesAsync(id)).All(file => file.StartsWith("results-1/", StringComparison.Ordinal)));
            Assert.Equal(job.Outputs().Select(output => $"results-1/{output}").Order(), (await _swift.FilesAsync(id)).Order());
            await UntilAsync(() => Task.FromResult(!Directory.Exists(Path.Combine(service.JobFolder, id))));
            await AssertInPartsAsync(service.Client, id);
            using (await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}"))
                Assert.Empty(await _swift.FilesAsync(id));
        }

        await using var shortly = await TestService.StartAsync([.. _swift.Settings, ("Sassnet:Jobs:RetainFor", "00:00:02")]);
        var gone = await shortly.Client.SubmittedAsync(Scan.Small);
        await UntilAsync(async () =>
        {
            using var response = await shortly.Client.CallAsync(HttpMethod.Get, $"/jobs/{gone}");
            return response.StatusCode == HttpStatusCode.NotFound && (await _swift.FilesAsync(gone)).Length == 0;
        });
    }

    [Fact]
    public async Task While_the_bucket_is_away_jobs_are_refused_or_wait_and_the_health_says_so_and_nothing_is_lost()
    {
        await using var service = await TestService.StartAsync([.. _swift.Settings, ("Sassnet:Jobs:RetryDelay", "00:00:01"), ("Sassnet:Jobs:MaxAttempts", "1")]);
        var before = await service.Client.SubmittedAsync(Scan.Small);
        await service.Client.WaitAsync(before);
        var result = await service.Client.ResultAsync(before, "segmentation");
        var running = await service.Client.SubmittedAsync(Scan.Gzipped(112, 112, 80), "?inference=window");
        await service.Client.WaitAsync(running, "running");

        await _swift.KillAsync();
        using (var refused = await service.Client.SubmitAsync(Scan.Small))
        {
            await ProblemAssert.IsAsync(refused, 503, "job-store-unavailable");
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        using (var refused = await service.Client.CallAsync(HttpMethod.Get, $"/jobs/{before}/results/segmentation"))
            await ProblemAssert.IsAsync(refused, 503, "job-store-unavailable");
        Assert.Equal("degraded", await HealthAsync(service.Client));
        await UntilAsync(() => Task.FromResult(service.Logs.Lines.Any(line => line.Contains("waiting again (problem job-store-unavailable)", StringComparison.Ordinal))));
        Assert.Contains((await service.Client.JobAsync(running)).State(), (string[])["queued", "running"]);

        await _swift.StartAsync();
        var job = await service.Client.WaitAsync(running);
        job.AssertSucceeded();
        await AssertWholeAsync(service.Client, job);
        Assert.Equal(result, await service.Client.ResultAsync(before, "segmentation"));
        Assert.Equal("ready", await HealthAsync(service.Client));
        (await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();
    }

    [Fact]
    public async Task A_node_that_is_killed_leaves_its_jobs_to_another_that_shares_nothing_but_database_and_bucket()
    {
        await using var postgres = await PostgresServer.StartNewAsync();
        (string Key, string Value)[] settings =
            [.. _swift.Settings, .. postgres.Settings, ("Sassnet:Jobs:Lease", "00:00:03")];
        (string, string)[] environment = [.. settings.Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value))];
        await using var first = await ServiceProcess.StartAsync(null, environment);
        await using var second = await ServiceProcess.StartAsync(null, environment);
        var ids = new List<string>();
        for (var job = 0; job < 3; job++)
            ids.Add(await first.Client.SubmittedAsync(Scan.Medium, "?inference=window&output=all"));
        await second.Client.WaitAsync(ids[0], "running");
        await first.KillAsync();
        foreach (var id in ids)
        {
            var job = await second.Client.WaitAsync(id);
            job.AssertSucceeded();
            await AssertWholeAsync(second.Client, job);
        }
    }

    [Fact]
    public async Task A_bucket_that_stops_answering_in_the_middle_ends_a_download_and_an_upload_and_is_said_to_be_away()
    {
        await using var relay = new HaltingRelay(_swift.Place);
        await using var service = await StartAsync(relay);
        var id = await service.Client.SubmittedAsync(Scan.Medium, "?output=probability");
        await service.Client.WaitAsync(id);
        var whole = await service.Client.ResultAsync(id, "probability");
        Assert.True(whole.Length > Middle * 2);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        Halt(relay, Middle);
        using (var download = await service.Client.GetAsync($"/jobs/{id}/results/probability", HttpCompletionOption.ResponseHeadersRead, patience.Token))
        {
            Assert.Equal(HttpStatusCode.OK, download.StatusCode);
            relay.HaltAfter(0);
            var calls = Task.WhenAll(
                service.Client.GetAsync($"/jobs/{id}/results/probability", patience.Token), service.Client.SubmitAsync(Scan.Small).WaitAsync(patience.Token));
            await Assert.ThrowsAsync<HttpRequestException>(() => download.Content.ReadAsByteArrayAsync(patience.Token));
            foreach (var refused in await calls)
                await ProblemAssert.IsAsync(refused, 503, "job-store-unavailable");
        }

        Assert.Equal("degraded", await HealthAsync(service.Client));
        await UntilAsync(() => Task.FromResult(service.Logs.Lines.Any(line =>
            line.Contains("Sassnet.Audit: GET /jobs/{id}/results/{output} answered 503", StringComparison.Ordinal) && line.Contains("problem job-store-unavailable", StringComparison.Ordinal))));
        GoOn(relay);
        Assert.Equal(whole, await service.Client.ResultAsync(id, "probability"));
        (await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();
    }

    [Fact]
    public async Task A_bucket_that_does_not_answer_a_copy_of_earlier_results_is_said_to_be_away()
    {
        await using var relay = new HaltingRelay(_swift.Place);
        await using var service = await StartAsync(relay, ("Sassnet:Jobs:Cache", "true"));
        var id = await service.Client.SubmittedAsync(Scan.Small);
        (await service.Client.WaitAsync(id)).AssertSucceeded();

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        Halt(relay, 0);
        using (var refused = await service.Client.SubmitAsync(Scan.Small).WaitAsync(patience.Token))
            await ProblemAssert.IsAsync(refused, 503, "job-store-unavailable");
        GoOn(relay);
        using var again = await service.Client.SubmitAsync(Scan.Small);
        Assert.Equal("hit", again.Headers.GetValues("Sassnet-Cache").Single());
    }

    [Fact]
    public async Task A_job_whose_input_stops_coming_from_the_bucket_waits_and_is_begun_again()
    {
        await using var relay = new HaltingRelay(_swift.Place);
        await using var service = await StartAsync(relay, ("Sassnet:Jobs:RetryDelay", "00:00:01"), ("Sassnet:Jobs:MaxAttempts", "1"));
        var first = await service.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await service.Client.WaitAsync(first, "running");
        var id = await service.Client.SubmittedAsync(Scan.Gzipped(112, 112, 80));

        // Enough for whatever clears up after the first one.
        Halt(relay, Middle * 8);
        using (await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{first}"))
            await UntilAsync(() => Task.FromResult(service.Logs.Lines.Any(line => line.Contains("waiting again (problem job-store-unavailable)", StringComparison.Ordinal))));
        GoOn(relay);
        (await service.Client.WaitAsync(id)).AssertSucceeded();
    }

    // A service that reaches the bucket through the relay.
    private Task<TestService> StartAsync(HaltingRelay relay, params (string Key, string Value)[] settings) => TestService.StartAsync(
        [.. _swift.Settings, ("Sassnet:Jobs:S3:Endpoint", relay.Endpoint), .. settings], null, services => services.AddSingleton<TimeProvider>(_clock));

    // While the bucket answers it has all its time, however busy the machine is.
    private void Halt(HaltingRelay relay, long after)
    {
        _clock.IsHasty = true;
        relay.HaltAfter(after);
    }

    private void GoOn(HaltingRelay relay)
    {
        _clock.IsHasty = false;
        relay.GoOn();
    }

    private static async Task AssertWholeAsync(HttpClient client, JsonElement job)
    {
        foreach (var result in job.GetProperty("results").EnumerateArray())
        {
            var bytes = await client.ResultAsync(job.GetProperty("id").GetString()!, result.GetProperty("output").GetString()!);
            Assert.Equal(result.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
    }

    private static async Task AssertInPartsAsync(HttpClient client, string id)
    {
        var path = $"/jobs/{id}/results/surface";
        var whole = await client.ResultAsync(id, "surface");
        EntityTagHeaderValue tag;
        using (var first = await GetAsync(client, path, _ => { }))
            tag = first.Headers.ETag!;
        using (var known = await GetAsync(client, path, headers => headers.IfNoneMatch.Add(tag)))
            Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        foreach (var (from, to) in new[] { (0, 9), (700, 1399), (whole.Length - 5, whole.Length - 1) })
        {
            using var part = await GetAsync(client, path, headers => (headers.Range, headers.IfRange) = (new RangeHeaderValue(from, to), new RangeConditionHeaderValue(tag)));
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            Assert.Equal(whole[from..(to + 1)], await part.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string path, Action<HttpRequestHeaders> with)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        with(request.Headers);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<string?> HealthAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>("/health/ready", TestContext.Current.CancellationToken)).GetProperty("status").GetString();

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var tries = 0; tries < 1200; tries++)
        {
            if (await isSo())
                return;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail("It did not come to that within a minute.");
    }

    /// <summary>The store of all tests here, which take some seconds to start one each.</summary>
    public sealed class Store : IAsyncLifetime
    {
        private SwiftServer? _swift;

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        /// <summary>Starts it, where no test before has or one has left it ended, with an empty bucket; the test is skipped where it is not installed.</summary>
        internal async Task<SwiftServer> RunningAsync()
        {
            if (_swift is null)
                return _swift = await SwiftServer.StartNewAsync();
            if (!_swift.IsRunning)
                await _swift.StartAsync();
            await _swift.EmptyAsync();
            return _swift;
        }

        public async ValueTask DisposeAsync()
        {
            if (_swift is not null)
                await _swift.DisposeAsync();
        }
    }
}
