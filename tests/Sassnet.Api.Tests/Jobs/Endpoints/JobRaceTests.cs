using System.Net;
using System.Text.Json;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Endpoints;

/// <summary>What callers are told where something happens between two looks at the database.</summary>
public sealed class JobRaceTests : SharedJobsTests
{
    [Fact]
    public async Task A_job_that_ends_as_it_is_about_to_be_cancelled_is_removed_and_told_as_it_ended()
    {
        await using var service = await TestService.StartAsync(Shared);
        var id = await EndingAsync(service);
        using var removed = await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}");
        var job = await ProblemAssert.JsonAsync(removed);
        job.AssertSucceeded();
        Assert.Equal(JsonValueKind.String, job.GetProperty("ended").ValueKind);
        using var gone = await service.Client.CallAsync(HttpMethod.Get, $"/jobs/{id}");
        await ProblemAssert.IsAsync(gone, 404, "unknown-job");
    }

    [Fact]
    public async Task A_job_that_ends_as_it_is_about_to_be_cancelled_stays_where_only_an_open_one_was_meant()
    {
        await using var service = await TestService.StartAsync(Shared);
        var id = await EndingAsync(service);
        using var answer = await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}?only=open");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        (await ProblemAssert.JsonAsync(answer)).AssertSucceeded();
        (await service.Client.JobAsync(id)).AssertSucceeded();
    }

    [Fact]
    public async Task A_job_that_was_taken_in_is_answered_so_where_its_place_in_the_line_cannot_be_looked_up()
    {
        await using (var first = await TestService.StartAsync(Shared))
            (await first.Client.WaitAsync(await first.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();

        // Just after what accepts it is committed, the node may read no more.
        await Postgres.RunAsync("""
            CREATE ROLE node LOGIN;
            GRANT SELECT, INSERT, UPDATE, DELETE ON sassnet_jobs TO node;
            CREATE FUNCTION hide_it() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN REVOKE SELECT ON sassnet_jobs FROM node; RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER hiding AFTER UPDATE OF "Accepted" ON sassnet_jobs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hide_it();
            """);
        var asNode = Postgres.ConnectionString.Replace("Username=postgres", "Username=node", StringComparison.Ordinal);
        await using var node = await TestService.StartAsync([.. Shared, ("Sassnet:Jobs:ConnectionString", asNode)]);
        var id = await node.Client.SubmittedAsync(Scan.Small);
        await Postgres.RunAsync("DROP TRIGGER hiding ON sassnet_jobs; GRANT SELECT ON sassnet_jobs TO node");
        (await node.Client.WaitAsync(id)).AssertSucceeded();
    }

    // A job that runs: whoever cancels it (4) finds that it has succeeded (2).
    private async Task<string> EndingAsync(TestService service)
    {
        var id = await service.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await service.Client.WaitAsync(id, "running");
        await Postgres.RunAsync("""
            CREATE FUNCTION end_it() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN UPDATE sassnet_jobs SET "State" = 2, "Ended" = now() WHERE "Number" = NEW."Number"; RETURN NULL; END $$;
            CREATE TRIGGER ending BEFORE UPDATE OF "State" ON sassnet_jobs FOR EACH ROW WHEN (NEW."State" = 4) EXECUTE FUNCTION end_it();
            """);
        return id;
    }
}
