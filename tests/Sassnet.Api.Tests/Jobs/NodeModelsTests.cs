using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Tests.Reloading;
using Sassnet.Api.Tests.Service;
using Sassnet.Training.Publishing;
using Xunit;

namespace Sassnet.Api.Tests.Jobs;

/// <summary>Nodes that share jobs and do not all serve the same models, or are of two versions.</summary>
public sealed class NodeModelsTests : SharedJobsTests
{
    private (string Key, string Value)[] Settings => [.. Shared, ("Sassnet:Jobs:RetryDelay", "00:00:00.500"), ("Sassnet:Jobs:MaxAttempts", "100")];

    [Fact]
    public async Task A_job_waits_where_a_node_does_not_serve_its_model_yet()
    {
        await using var first = await WatchedService.StartAsync(watched => watched.Publish("1.1.0"), Settings);
        var (busy, id) = await SubmittedBehindAsync(first);
        await using var second = await WatchedService.StartAsync(Settings);
        for (var tries = 0; tries < 600 && !second.Service.Logs.Lines.Any(line => line.Contains("waiting again (problem unknown-model)", StringComparison.Ordinal)); tries++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal("queued", (await second.Service.Client.WaitAsync(id, "queued")).State());
        second.Publish("1.1.0");
        (await second.Service.Client.WaitAsync(id)).AssertSucceeded();
        Assert.Equal("running", (await first.Service.Client.JobAsync(busy)).State());
        using (await first.Service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{busy}"))
        {
        }
    }

    [Fact]
    public async Task A_node_on_which_a_model_does_not_work_leaves_its_jobs_to_the_others()
    {
        await using var first = await WatchedService.StartAsync(watched => watched.Publish("1.1.0"), Settings);
        var (busy, id) = await SubmittedBehindAsync(first);
        await using var second = await WatchedService.StartAsync(
            watched => new ModelsFolder(watched.Folder).Publish(
                watched.Make("1.1.0", change: network =>
                {
                    foreach (var weight in network.parameters())
                        weight.fill_(float.NaN);
                }),
                evaluation: null),
            [.. Settings, ("Sassnet:Models:Default", "random@1.0.0")]);
        var behind = await second.Service.Client.SubmittedAsync(Scan.Small, "?model=random@1.0.0");
        (await second.Service.Client.WaitAsync(behind)).AssertSucceeded();
        Assert.Equal("queued", (await second.Service.Client.JobAsync(id)).State());
        Assert.DoesNotContain(second.Service.Logs.Lines, line => line.Contains("waiting again", StringComparison.Ordinal));

        using (await first.Service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{busy}"))
            (await first.Service.Client.WaitAsync(id)).AssertSucceeded();
    }

    [Fact]
    public async Task A_job_with_parameters_that_a_node_does_not_know_waits_for_one_of_a_later_version()
    {
        await using var service = await TestService.StartAsync(Settings);
        var busy = await service.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await service.Client.WaitAsync(busy, "running");
        var id = await service.Client.SubmittedAsync(Scan.Small);
        await SetQueryAsync("?hologram=true");
        using (await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{busy}"))
        {
        }

        for (var tries = 0; tries < 600 && !service.Logs.Lines.Any(line => line.Contains("waiting again (problem invalid-parameter)", StringComparison.Ordinal)); tries++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Contains(service.Logs.Lines, line => line.Contains("waiting again (problem invalid-parameter)", StringComparison.Ordinal));
        await SetQueryAsync(string.Empty);
        (await service.Client.WaitAsync(id)).AssertSucceeded();

        Task<int> SetQueryAsync(string query) => service.Services.GetRequiredService<JobDatabase>().UseAsync(
            db => db.Jobs.Where(job => job.Id == id).ExecuteUpdateAsync(set => set.SetProperty(job => job.Query, query), TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
    }

    // A job of 1.1.0 that nobody begins while its node is busy with another.
    private static async Task<(string Busy, string Id)> SubmittedBehindAsync(WatchedService node)
    {
        var busy = await node.Service.Client.SubmittedAsync(Scan.Endless, "?inference=window&model=random@1.0.0");
        await node.Service.Client.WaitAsync(busy, "running");
        return (busy, await node.Service.Client.SubmittedAsync(Scan.Small, "?model=random@1.1.0"));
    }
}
