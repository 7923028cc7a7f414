using System.Text.Json;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Endpoints;

/// <summary>Whose jobs are seen by whom, and how many wait.</summary>
public sealed class JobListTests : IAsyncLifetime
{
    private LockedService _locked = null!;

    private HttpClient Client => _locked.Service.Client;

    public async ValueTask InitializeAsync() => _locked = await LockedService.StartAsync(("Sassnet:Limits:JobsWaiting", "5"));

    public ValueTask DisposeAsync() => _locked.DisposeAsync();

    [Fact]
    public async Task Pages_have_every_own_job_once_the_newest_first()
    {
        var key = _locked.Key("jobs");
        var ids = new List<string>();
        for (var job = 0; job < 5; job++)
            ids.Add(await Client.SubmittedAsync(Scan.Small, credential: key));
        var (seen, after) = (new List<string>(), string.Empty);
        do
        {
            var page = await ListAsync(key, $"?limit=2{after}");
            seen.AddRange(page.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("id").GetString()!));

            // What is listed may be removed before the next page is asked for.
            using (await Client.CallAsync(HttpMethod.Delete, $"/jobs/{seen[^1]}", key))
            using (await Client.CallAsync(HttpMethod.Delete, $"/jobs/{seen[^1]}", key))
            {
            }

            after = page.GetProperty("next").GetString() is { } next ? $"&after={next}" : string.Empty;
        }
        while (after.Length > 0);
        Assert.Equal(Enumerable.Reverse(ids), seen);
    }

    [Fact]
    public async Task States_are_filtered_and_a_wrong_word_is_refused()
    {
        var key = _locked.Key("jobs");
        var failed = await Client.SubmittedAsync(Scan.Small[..1000], credential: key);
        for (var tries = 0; tries < 600 && (await ListAsync(key, "?state=failed")).GetProperty("jobs").GetArrayLength() == 0; tries++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal(failed, Assert.Single((await ListAsync(key, "?state=failed")).GetProperty("jobs").EnumerateArray()).GetProperty("id").GetString());
        Assert.Empty((await ListAsync(key, "?state=succeeded")).GetProperty("jobs").EnumerateArray());
        foreach (var query in (string[])["?state=done", "?state=1", "?limit=0", "?limit=201", "?after=x", "?after=-", "?page=2"])
        {
            using var refused = await Client.CallAsync(HttpMethod.Get, $"/jobs{query}", key);
            await ProblemAssert.IsAsync(refused, 400, "invalid-parameter");
        }
    }

    [Fact]
    public async Task One_caller_cannot_tell_that_another_ones_job_exists()
    {
        var (mine, other) = (_locked.Key("jobs"), _locked.Key("jobs"));
        var id = await Client.SubmittedAsync(Scan.Small, key: "k", credential: mine);
        foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/events"), ("GET", "/results/segmentation"), ("DELETE", "") })
        {
            using var real = await Client.CallAsync(new HttpMethod(method), $"/jobs/{id}{path}", other);
            var without = Guid.NewGuid().ToString("N");
            using var none = await Client.CallAsync(new HttpMethod(method), $"/jobs/{without}{path}", other);
            Assert.Equal(
                await ProblemAssert.IsAsync(real, 404, "unknown-job"),
                (await ProblemAssert.IsAsync(none, 404, "unknown-job")).Replace(without, id, StringComparison.Ordinal));
        }

        Assert.Empty((await ListAsync(other, string.Empty)).GetProperty("jobs").EnumerateArray());
        Assert.NotEqual(id, await Client.SubmittedAsync(Scan.Small, key: "k", credential: other));
        Assert.Equal(id, Assert.Single((await ListAsync(mine, string.Empty)).GetProperty("jobs").EnumerateArray()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Jobs_that_wait_are_limited_for_each_caller_and_turns_go_round()
    {
        var (first, second) = (_locked.Key("jobs"), _locked.Key("jobs"));
        var running = await Client.SubmittedAsync(Scan.Endless, "?inference=window", credential: first);
        for (var tries = 0; tries < 600 && (await OneAsync(first, running)).State() != "running"; tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        var waiting = new List<string>();
        for (var job = 0; job < 5; job++)
            waiting.Add(await Client.SubmittedAsync(Scan.Small, credential: first));
        using (var refused = await Client.SubmitAsync(Scan.Small, credential: first))
        {
            Assert.Contains("5 jobs", await ProblemAssert.IsAsync(refused, 429, "too-many-requests"), StringComparison.Ordinal);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        // The other one's turn has not been yet.
        var other = await Client.SubmittedAsync(Scan.Small, credential: second);
        Assert.Equal(1, (await OneAsync(second, other)).GetProperty("position").GetInt32());
        Assert.Equal((2, 3), ((await OneAsync(first, waiting[0])).GetProperty("position").GetInt32(), (await OneAsync(first, waiting[1])).GetProperty("position").GetInt32()));
        using (await Client.CallAsync(HttpMethod.Delete, $"/jobs/{running}", first))
        {
        }

        JsonElement last;
        do
            last = await OneAsync(first, waiting[^1]);
        while (last.State() != "succeeded");
        var started = (await OneAsync(second, other)).GetProperty("started").GetDateTimeOffset();
        Assert.All(waiting, id => Assert.True(started < OneAsync(first, id).Result.GetProperty("started").GetDateTimeOffset()));
    }

    private async Task<JsonElement> ListAsync(string key, string query)
    {
        using var response = await Client.CallAsync(HttpMethod.Get, $"/jobs{query}", key);
        return await ProblemAssert.JsonAsync(response);
    }

    private async Task<JsonElement> OneAsync(string key, string id)
    {
        using var response = await Client.CallAsync(HttpMethod.Get, $"/jobs/{id}", key);
        return await ProblemAssert.JsonAsync(response);
    }
}
