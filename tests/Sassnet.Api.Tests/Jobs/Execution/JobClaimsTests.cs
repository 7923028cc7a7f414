using System.Net;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Execution;

/// <summary>Records that are removed between a change of them and the look at what they are now.</summary>
public sealed class JobClaimsTests : SharedJobsTests
{
    private const string Remove = """
        CREATE FUNCTION remove_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM sassnet_jobs WHERE "Number" = NEW."Number"; RETURN NULL; END $$;
        """;

    [Fact]
    public async Task A_job_that_is_removed_as_it_is_begun_keeps_no_other_from_being_begun()
    {
        await using var service = await TestService.StartAsync(Shared);
        (await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();
        await Postgres.RunAsync(Remove + """
            CREATE TRIGGER removed AFTER UPDATE OF "Started" ON sassnet_jobs FOR EACH ROW EXECUTE FUNCTION remove_it();
            """);
        var id = await service.Client.SubmittedAsync(Scan.Small);
        for (var tries = 0; tries < 600 && await IsThereAsync(service.Client, id); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(await IsThereAsync(service.Client, id));
        await Postgres.RunAsync("DROP TRIGGER removed ON sassnet_jobs");
        (await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();
    }

    [Fact]
    public async Task A_job_that_is_removed_as_soon_as_it_is_accepted_was_accepted()
    {
        await using var service = await TestService.StartAsync(Shared);
        (await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();

        // Just after what accepts it is committed.
        await Postgres.RunAsync(Remove + """
            CREATE CONSTRAINT TRIGGER removed AFTER UPDATE OF "Accepted" ON sassnet_jobs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION remove_it();
            """);
        var id = await service.Client.SubmittedAsync(Scan.Small);
        Assert.False(await IsThereAsync(service.Client, id));
    }

    private static async Task<bool> IsThereAsync(HttpClient client, string id)
    {
        using var response = await client.CallAsync(HttpMethod.Get, $"/jobs/{id}");
        return response.StatusCode != HttpStatusCode.NotFound;
    }
}
