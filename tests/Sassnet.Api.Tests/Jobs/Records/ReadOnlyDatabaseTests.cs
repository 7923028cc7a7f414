using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Records;

/// <summary>A database that can be read and not written: a copy of a server that has not taken over yet, or one whose disk is full.</summary>
public sealed class ReadOnlyDatabaseTests
{
    private static readonly string[] Changes = ["INSERT", "UPDATE", "DELETE"];

    [Fact]
    public async Task It_is_away_until_it_can_be_written_and_the_log_hears_of_the_one_and_of_the_other_once()
    {
        await using var service = await TestService.StartAsync();
        var id = await service.Client.SubmittedAsync(Scan.Small);
        (await service.Client.WaitAsync(id)).AssertSucceeded();
        foreach (var change in Changes)
            await RunAsync(service, $"CREATE TRIGGER refuse_{change} BEFORE {change} ON sassnet_jobs BEGIN SELECT RAISE(ABORT, 'read-only'); END");
        using (var refused = await service.Client.SubmitAsync(Scan.Small))
            await ProblemAssert.IsAsync(refused, 503, "job-store-unavailable");

        // Long enough for it to be tried again, and read all along.
        for (var looks = 0; looks < 40; looks++)
        {
            (await service.Client.JobAsync(id)).AssertSucceeded();
            Assert.Equal("degraded", await HealthAsync(service.Client));
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.Equal((1, 0), (Said(service, "cannot be used"), Said(service, "can be used again")));
        foreach (var change in Changes)
            await RunAsync(service, $"DROP TRIGGER refuse_{change}");
        for (var tries = 0; tries < 600 && await HealthAsync(service.Client) != "ready"; tries++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal("ready", await HealthAsync(service.Client));
        (await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();
        Assert.Equal((1, 1), (Said(service, "cannot be used"), Said(service, "can be used again")));

        // What it was tried with is gone.
        Assert.Equal(2L, await RunAsync(service, "SELECT count(*) FROM sassnet_jobs"));
    }

    private static int Said(TestService service, string what) =>
        service.Logs.Lines.Count(line => line.Contains($"The database of the jobs {what}", StringComparison.Ordinal));

    private static async Task<string?> HealthAsync(HttpClient client) =>
        (await client.GetFromJsonAsync<JsonElement>("/health/ready", TestContext.Current.CancellationToken)).GetProperty("status").GetString();

    private static async Task<object?> RunAsync(TestService service, string statement)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(service.JobFolder, "jobs.db")};Pooling=False");
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = database.CreateCommand();
        command.CommandText = statement;
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
