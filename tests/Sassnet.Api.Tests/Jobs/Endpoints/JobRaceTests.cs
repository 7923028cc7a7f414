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
        var id = await service.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        await service.Client.WaitAsync(id, "running");

        // Whoever cancels it (4) finds that it has succeeded (2).
        await Postgres.RunAsync("""
            CREATE FUNCTION end_it() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN UPDATE sassnet_jobs SET "State" = 2, "Ended" = now() WHERE "Number" = NEW."Number"; RETURN NULL; END $$;
            CREATE TRIGGER ending BEFORE UPDATE OF "State" ON sassnet_jobs FOR EACH ROW WHEN (NEW."State" = 4) EXECUTE FUNCTION end_it();
            """);
        using var removed = await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}");
        var job = await ProblemAssert.JsonAsync(removed);
        job.AssertSucceeded();
        Assert.Equal(JsonValueKind.String, job.GetProperty("ended").ValueKind);
        using var gone = await service.Client.CallAsync(HttpMethod.Get, $"/jobs/{id}");
        await ProblemAssert.IsAsync(gone, 404, "unknown-job");
    }
}
