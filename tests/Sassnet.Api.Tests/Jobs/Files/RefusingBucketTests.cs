using System.Net.Http.Json;
using System.Text.Json;
using Sassnet.Api.Tests.Archive;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Files;

/// <summary>Buckets that can be reached, and refuse.</summary>
public sealed class RefusingBucketTests
{
    [Theory]
    [InlineData(403, "QuotaExceeded")]
    [InlineData(400, "EntityTooLarge")]
    [InlineData(507, "XMinioStorageFull")]
    public async Task A_job_whose_results_are_refused_while_other_files_are_taken_has_its_attempts_and_says_why_it_failed(int status, string code)
    {
        await using var bucket = await StubBucket.StartAsync();
        await using var service = await StartAsync(bucket, ("Sassnet:Jobs:MaxAttempts", "2"));
        bucket.Refusal = request => IsOfResults(request) ? (status, StubBucket.Error(code)) : null;
        var (slug, detail) = (await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small))).Problem();
        Assert.Equal("job-file-refused", slug);
        Assert.Equal(2, bucket.Requests.Count(IsOfResults));
        Assert.Contains($"with HTTP {status}", detail, StringComparison.Ordinal);
        Assert.Contains(service.Logs.Lines, line => line.Contains($"{status} {code}", StringComparison.Ordinal));

        // What the bucket was tried with is gone.
        Assert.DoesNotContain(bucket.Keys, key => key.EndsWith("/tried", StringComparison.Ordinal));
        Assert.Equal("ready", await HealthAsync(service.Client));
        bucket.Refusal = _ => null;
        (await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();
    }

    [Fact]
    public async Task A_scan_that_a_proxy_before_the_bucket_refuses_is_refused_in_words_that_are_true()
    {
        await using var bucket = await StubBucket.StartAsync();
        await using var service = await StartAsync(bucket);
        bucket.Refusal = request => IsPut(request) && !IsTry(request) ? (413, "<html><body>Too large</body></html>") : null;
        using (var response = await service.Client.SubmitAsync(Scan.Small))
        {
            var refused = await ProblemAssert.IsAsync(response, 503, "job-file-refused");
            Assert.Contains($"refused one of {Scan.Small.Length} bytes, with HTTP 413", refused, StringComparison.Ordinal);
            Assert.NotNull(response.Headers.RetryAfter);
        }

        Assert.Empty(bucket.Keys);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task A_bucket_that_can_be_read_and_refuses_every_change_is_away_and_no_job_is_done_for_nothing(string method)
    {
        await using var bucket = await StubBucket.StartAsync();
        await using var service = await StartAsync(bucket, ("Sassnet:Jobs:MaxAttempts", "1"));
        bucket.Refusal = request => IsOfResults(request) || (request.StartsWith(method, StringComparison.Ordinal) && IsTry(request)) ? (403, StubBucket.Error("AccessDenied")) : null;
        var id = await service.Client.SubmittedAsync(Scan.Small);
        for (var tries = 0; tries < 1200 && !service.Logs.Lines.Any(line => line.Contains("waiting again", StringComparison.Ordinal)); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Contains(service.Logs.Lines, line => line.Contains("waiting again (problem job-store-unavailable)", StringComparison.Ordinal));

        // Long enough for the bucket to be tried again and, were it taken for one that can be used, for the job to be done again.
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        Assert.Equal("queued", (await service.Client.JobAsync(id)).State());
        Assert.Single(bucket.Requests, IsOfResults);
        Assert.Equal("degraded", await HealthAsync(service.Client));
        bucket.Refusal = _ => null;
        (await service.Client.WaitAsync(id)).AssertSucceeded();
        Assert.Equal("ready", await HealthAsync(service.Client));
    }

    private static Task<TestService> StartAsync(StubBucket bucket, params (string Key, string Value)[] settings) =>
        TestService.StartAsync([.. bucket.Settings, ("Sassnet:Jobs:RetryDelay", "00:00:00.1"), .. settings]);

    private static bool IsPut(string request) => request.StartsWith("PUT ", StringComparison.Ordinal);

    private static bool IsOfResults(string request) => IsPut(request) && request.Contains("/results-", StringComparison.Ordinal);

    private static bool IsTry(string request) => request.EndsWith("/tried", StringComparison.Ordinal);

    private static async Task<string?> HealthAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>("/health/ready", TestContext.Current.CancellationToken)).GetProperty("status").GetString();
}
