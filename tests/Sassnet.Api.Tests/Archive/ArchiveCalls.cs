using System.Net;
using System.Text;
using System.Text.Json;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>Orders of scans that are in an archive.</summary>
internal static class ArchiveCalls
{
    public static Task<HttpResponseMessage> OrderAsync(this HttpClient client, string body, string query = "") =>
        client.PostAsync($"/jobs{query}", new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    /// <summary>Orders what is accepted; returns the job's id.</summary>
    public static async Task<string> OrderedAsync(this HttpClient client, string study, string? series, bool store = true, string query = "", string server = "pacs")
    {
        var place = series is null ? $$"""{"server": "{{server}}", "study": "{{study}}"}""" : $$"""{"server": "{{server}}", "study": "{{study}}", "series": "{{series}}"}""";
        using var response = await client.OrderAsync($$"""{"dicomWeb": {{place}}, "store": {{(store ? "true" : "false")}}}""", query);
        var job = await ProblemAssert.JsonAsync(response);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, job.ToString());
        return job.GetProperty("id").GetString()!;
    }

    /// <summary>The slug of why a job failed, and the detail.</summary>
    public static (string Slug, string Detail) Problem(this JsonElement job)
    {
        Assert.True(job.GetProperty("problem").ValueKind == JsonValueKind.Object, job.ToString());
        return (job.GetProperty("problem").GetProperty("type").GetString()!.Split(':')[^1], job.GetProperty("problem").GetProperty("detail").GetString()!);
    }
}
