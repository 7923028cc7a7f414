using System.Net;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Records;

public sealed class JobDatabaseTests : SharedJobsTests
{
    [Fact]
    public async Task A_restart_of_the_database_costs_nobody_an_error_once_it_is_back()
    {
        await using var service = await TestService.StartAsync(Shared);
        var id = await service.Client.SubmittedAsync(Scan.Small);
        await service.Client.WaitAsync(id);
        for (var restart = 0; restart < 5; restart++)
        {
            // So many at once that each has had a connection of its own, which is kept.
            Assert.All(await AskAsync(service.Client, id), status => Assert.Equal(HttpStatusCode.OK, status));
            await Postgres.DisconnectAsync();
            Assert.All(await AskAsync(service.Client, id), status => Assert.Equal(HttpStatusCode.OK, status));
            await Postgres.DisconnectAsync();
            var again = await service.Client.SubmittedAsync(Scan.Small);
            (await service.Client.WaitAsync(again)).AssertSucceeded();
        }
    }

    private static Task<HttpStatusCode[]> AskAsync(HttpClient client, string id) => Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
    {
        using var response = await client.CallAsync(HttpMethod.Get, $"/jobs/{id}");
        return response.StatusCode;
    }));
}
