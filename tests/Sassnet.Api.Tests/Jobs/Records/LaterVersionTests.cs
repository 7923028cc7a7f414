using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Records;

/// <summary>What a later version of the service has left, where an upgrade was taken back.</summary>
public sealed class LaterVersionTests
{
    private const string Output = "hologram";

    [Fact]
    public async Task A_result_of_a_kind_that_only_it_makes_is_told_and_can_be_fetched()
    {
        await using var service = await TestService.StartAsync();
        var id = await service.Client.SubmittedAsync(Scan.Small);
        var made = await service.Client.WaitAsync(id);
        made.AssertSucceeded();
        await JobCalls.AssertOneAttemptAsync(service.JobFolder, id);
        var folder = Path.Combine(service.JobFolder, id, "results-1");
        File.Move(Path.Combine(folder, "segmentation"), Path.Combine(folder, Output));
        var bytes = await File.ReadAllBytesAsync(Path.Combine(folder, Output), TestContext.Current.CancellationToken);
        var results = $$"""[{"output": "{{Output}}", "bytes": {{bytes.Length}}, "sha256": "{{made.GetProperty("results")[0].GetProperty("sha256").GetString()}}"}]""";
        await service.Services.GetRequiredService<JobDatabase>().UseAsync(
            db => db.Jobs.Where(job => job.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(job => job.Output, Output).SetProperty(job => job.Results, results), TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);

        var list = await service.Client.GetFromJsonAsync<JsonElement>("/jobs", TestContext.Current.CancellationToken);
        foreach (var job in (JsonElement[])[await service.Client.JobAsync(id), list.GetProperty("jobs")[0]])
        {
            Assert.Equal([Output], job.Outputs());
            Assert.Equal("application/octet-stream", job.GetProperty("results")[0].GetProperty("mediaType").GetString());
        }

        Assert.Equal(bytes, await service.Client.ResultAsync(id, Output));
    }

    [Fact]
    public async Task A_job_that_waits_for_what_only_it_makes_fails_with_what_is_accepted()
    {
        await using var service = await TestService.StartAsync();
        var busy = await service.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await service.Client.WaitAsync(busy, "running");
        var id = await service.Client.SubmittedAsync(Scan.Small);
        await service.Services.GetRequiredService<JobDatabase>().UseAsync(
            db => db.Jobs.Where(job => job.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(job => job.Output, Output).SetProperty(job => job.Query, $"?output={Output}"), TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
        using (await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{busy}"))
        {
        }

        var problem = (await service.Client.WaitAsync(id)).GetProperty("problem");
        Assert.EndsWith(":invalid-parameter", problem.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Contains($"'output' is '{Output}'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
