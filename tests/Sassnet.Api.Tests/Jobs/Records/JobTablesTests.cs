using Microsoft.Data.Sqlite;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Records;

/// <summary>Databases that a version has made which knew nothing of an index.</summary>
public sealed class JobTablesTests : SharedJobsTests
{
    private const string Turns = "IX_sassnet_jobs_Turn";

    [Fact]
    public async Task A_file_of_an_earlier_version_gets_the_index_by_which_the_last_turn_is_found_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("sassnet-earlier-");
        await using (var earlier = await TestService.StartAsync(("Sassnet:Jobs:Folder", folder.FullName)))
            await AssertWorksAsync(earlier);
        await LinesAsync(folder, $"DROP INDEX {Turns}");
        await using (var later = await TestService.StartAsync(("Sassnet:Jobs:Folder", folder.FullName)))
            await AssertWorksAsync(later);
        var plan = Assert.Single(await LinesAsync(folder, "EXPLAIN QUERY PLAN SELECT MAX(Turn) FROM sassnet_jobs"));
        Assert.Equal($"SEARCH sassnet_jobs USING COVERING INDEX {Turns}", plan);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_server_of_an_earlier_version_gets_the_index_once_of_nodes_that_start_together()
    {
        await using (var earlier = await TestService.StartAsync(Shared))
            await AssertWorksAsync(earlier);
        await Postgres.RunAsync($"DROP INDEX \"{Turns}\"");
        var nodes = await Task.WhenAll(TestService.StartAsync(Shared), TestService.StartAsync(Shared));
        foreach (var node in nodes)
            await AssertWorksAsync(node);
        await Postgres.RunAsync($"SELECT '\"{Turns}\"'::regclass");
        foreach (var node in nodes)
        {
            Assert.DoesNotContain(node.Logs.Lines, line => line.Contains("could not be made", StringComparison.Ordinal));
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_node_whose_user_may_make_no_index_works_without_it_and_says_so()
    {
        await using (var earlier = await TestService.StartAsync(Shared))
            await AssertWorksAsync(earlier);
        await Postgres.RunAsync($"DROP INDEX \"{Turns}\"; CREATE ROLE node LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON sassnet_jobs TO node");
        var asNode = Postgres.ConnectionString.Replace("Username=postgres", "Username=node", StringComparison.Ordinal);
        await using var node = await TestService.StartAsync([.. Shared, ("Sassnet:Jobs:ConnectionString", asNode)]);
        await AssertWorksAsync(node);
        Assert.Contains(node.Logs.Lines, line => line.Contains("could not be made", StringComparison.Ordinal) && line.Contains(Turns, StringComparison.Ordinal));
    }

    private static async Task AssertWorksAsync(TestService service) =>
        (await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small))).AssertSucceeded();

    /// <summary>What a statement answers, of each line the last column.</summary>
    private static async Task<List<string>> LinesAsync(DirectoryInfo folder, string statement)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(folder.FullName, "jobs.db")};Pooling=False");
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = database.CreateCommand();
        command.CommandText = statement;
        await using var answer = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var lines = new List<string>();
        while (await answer.ReadAsync(TestContext.Current.CancellationToken))
            lines.Add(answer.GetString(answer.FieldCount - 1));
        return lines;
    }
}
