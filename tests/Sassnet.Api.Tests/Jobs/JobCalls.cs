using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs;

/// <summary>What a client does with jobs, over HTTP.</summary>
internal static class JobCalls
{
    public static async Task<HttpResponseMessage> SubmitAsync(this HttpClient client, byte[] scan, string query = "", string? key = null, string? credential = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/jobs{query}") { Content = new ByteArrayContent(scan) };
        if (key is not null)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await client.SendAsync(request.With(credential), TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a job that is accepted; returns its id.</summary>
    public static async Task<string> SubmittedAsync(this HttpClient client, byte[] scan, string query = "", string? key = null, string? credential = null)
    {
        using var response = await client.SubmitAsync(scan, query, key, credential);
        var job = await ProblemAssert.JsonAsync(response);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, job.ToString());
        var id = job.GetProperty("id").GetString()!;
        Assert.Equal($"/jobs/{id}", response.Headers.Location!.OriginalString);
        return id;
    }

    public static async Task<HttpResponseMessage> CallAsync(this HttpClient client, HttpMethod method, string path, string? credential = null)
    {
        using var request = new HttpRequestMessage(method, path);
        return await client.SendAsync(request.With(credential), TestContext.Current.CancellationToken);
    }

    public static Task<JsonElement> JobAsync(this HttpClient client, string id) =>
        client.GetFromJsonAsync<JsonElement>($"/jobs/{id}", TestContext.Current.CancellationToken);

    /// <summary>Waits until a job is in one of these states, or has ended.</summary>
    public static async Task<JsonElement> WaitAsync(this HttpClient client, string id, params string[] states)
    {
        string[] ends = ["succeeded", "failed", "cancelled", .. states];
        for (var tries = 0; tries < 3600; tries++)
        {
            var job = await client.JobAsync(id);
            if (ends.Contains(job.State()))
                return job;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"Job {id} did not end within three minutes.");
        return default;
    }

    public static async Task<byte[]> ResultAsync(this HttpClient client, string id, string output)
    {
        using var response = await client.CallAsync(HttpMethod.Get, $"/jobs/{id}/results/{output}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Of an ended job the results are kept and nothing else; the rest goes a moment after the end.</summary>
    public static async Task AssertOneAttemptAsync(string folder, string id)
    {
        string[] Kept() => Directory.GetDirectories(Path.Combine(folder, id));
        for (var tries = 0; tries < 600 && Kept().Length > 1; tries++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Single(Kept());
    }

    public static string State(this JsonElement job) => job.GetProperty("state").GetString()!;

    /// <summary>Says the whole job where it did not succeed: its problem is what one wants to know.</summary>
    public static void AssertSucceeded(this JsonElement job) => Assert.True(job.State() == "succeeded", job.ToString());

    public static string[] Outputs(this JsonElement job) => [.. job.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("output").GetString()!)];

    private static HttpRequestMessage With(this HttpRequestMessage request, string? credential)
    {
        if (credential is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        return request;
    }
}
