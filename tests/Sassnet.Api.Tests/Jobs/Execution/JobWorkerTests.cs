using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Execution;

/// <summary>What a node works on stays its own for as long as it works, whatever becomes of the stores meanwhile.</summary>
public sealed class JobWorkerTests : SharedJobsTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task After_the_database_was_away_for_longer_than_a_lease_the_nodes_go_on_with_what_they_have()
    {
        (string, string)[] settings = [.. Shared, ("Sassnet:Jobs:Lease", $"{Lease}")];
        await using var first = await TestService.StartAsync(settings);
        var id = await first.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        var before = await first.Client.WaitAsync(id, "running");
        await using var second = await TestService.StartAsync(settings);
        await using var third = await TestService.StartAsync(settings);
        for (var outage = 0; outage < 3; outage++)
        {
            await Postgres.KillAsync();
            await Task.Delay(Lease * 1.5, TestContext.Current.CancellationToken);
            await Postgres.StartAsync();
            await Task.Delay(Lease * 1.5, TestContext.Current.CancellationToken);
            AssertGoesOn(before, await first.Client.WaitAsync(id, "running"));
        }
    }

    [Fact]
    public async Task A_node_that_has_just_started_takes_no_job_from_one_that_could_not_be_heard_until_then()
    {
        // Far longer than the new node takes from its first round until it is ready.
        var lease = TimeSpan.FromSeconds(20);
        (string, string)[] settings = [.. Shared, ("Sassnet:Jobs:Lease", $"{lease}")];
        await using var first = await TestService.StartAsync(settings);
        var id = await first.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        var before = await first.Client.WaitAsync(id, "running");

        // What the node says of itself comes to nothing.
        await Postgres.RunAsync("""
            CREATE FUNCTION unheard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."Lease" := NEW."Lease" - interval '1 hour'; RETURN NEW; END $$;
            CREATE TRIGGER unheard BEFORE UPDATE OF "Lease" ON sassnet_jobs FOR EACH ROW EXECUTE FUNCTION unheard();
            """);
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        await using var second = await TestService.StartAsync(settings);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        await Postgres.RunAsync("DROP TRIGGER unheard ON sassnet_jobs");
        await Task.Delay(lease * 1.25, TestContext.Current.CancellationToken);
        AssertGoesOn(before, await first.Client.JobAsync(id));
    }

    [Fact]
    public async Task A_bucket_that_takes_calls_and_answers_none_takes_no_job_from_the_node_that_works_on_it()
    {
        await using var swift = await SwiftServer.StartNewAsync();
        (string, string)[] settings = [.. Postgres.Settings, .. swift.Settings, ("Sassnet:Jobs:Lease", $"{Lease}")];
        await using var first = await TestService.StartAsync(settings);
        var earlier = await first.Client.SubmittedAsync(Scan.Small);
        await first.Client.WaitAsync(earlier);
        var id = await first.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        var before = await first.Client.WaitAsync(id, "running");
        await using var second = await TestService.StartAsync(settings);

        await swift.KillAsync();
        using (var refused = await first.Client.CallAsync(HttpMethod.Get, $"/jobs/{earlier}/results/segmentation"))
            await ProblemAssert.IsAsync(refused, 503, "job-store-unavailable");
        using var silent = new TcpListener(swift.Place);
        silent.Start();
        await Task.Delay(Lease * 4, TestContext.Current.CancellationToken);
        AssertGoesOn(before, await first.Client.JobAsync(id));
    }

    [Fact]
    public async Task A_record_that_is_damaged_keeps_no_other_job_from_being_done()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-damaged-");
        await using (var service = await TestService.StartAsync(("Sassnet:Jobs:Folder", folder.FullName), ("Sassnet:Jobs:Lease", $"{Lease}")))
        {
            var first = await service.Client.SubmittedAsync(Scan.Endless, "?inference=window");
            await service.Client.WaitAsync(first, "running");
            var damaged = await service.Client.SubmittedAsync(Scan.Small);
            await using (var database = new SqliteConnection($"Data Source={Path.Combine(folder.FullName, "jobs.db")};Pooling=False"))
            {
                await database.OpenAsync(TestContext.Current.CancellationToken);
                await using var damage = database.CreateCommand();
                damage.CommandText = "UPDATE sassnet_jobs SET CallbackNext = 'no time' WHERE Id = $id";
                damage.Parameters.AddWithValue("$id", damaged);
                Assert.Equal(1, await damage.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
            }

            var other = await service.Client.SubmittedAsync(Scan.Small);
            using var cancelled = await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{first}");
            (await service.Client.WaitAsync(other)).AssertSucceeded();
        }

        folder.Delete(recursive: true);
    }

    private static void AssertGoesOn(JsonElement before, JsonElement now) =>
        Assert.Equal(("running", before.GetProperty("started").GetDateTimeOffset()), (now.State(), now.GetProperty("started").GetDateTimeOffset()));
}
