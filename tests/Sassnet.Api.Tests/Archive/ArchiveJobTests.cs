using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>Jobs whose scan is in an archive, well or not.</summary>
public sealed class ArchiveJobTests(BallService shared) : BallArchiveTests(shared)
{
    [Fact]
    public async Task The_scan_is_fetched_and_the_results_are_stored_once_with_the_credentials_configured_and_nothing_is_logged_of_either()
    {
        await using var service = await StartAsync(("User", "sassnet"), ("Password", "sesame"));
        var id = await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid);
        var job = await service.Client.WaitAsync(id);

        job.AssertSucceeded();
        Assert.Equal(
            [StubArchive.Retrieval, $"GET /dicom-web/studies/{StubArchive.Study}/series", $"POST /dicom-web/studies/{StubArchive.Study}"], Archive.Requests);
        Assert.All(Archive.Credentials, sent => Assert.Equal($"Basic {Convert.ToBase64String("sassnet:sesame"u8)}", sent));
        Assert.All(Archive.Agents, sent => Assert.Matches(@"^Sassnet/\d+\.\d+\.\d+$", sent));
        var stored = Assert.Single(Archive.Stored);
        string[] outputs = [.. job.Outputs().Where(output => output is "dicom-seg" or "dicom-parametric-map" or "dicom-sr")];
        Assert.Contains("dicom-seg", outputs);
        Assert.Equal(outputs.Length, stored.Count);
        foreach (var (output, bytes) in outputs.Zip(stored))
            Assert.Equal(await service.Client.ResultAsync(id, output), bytes);
        var seen = string.Join('\n', service.Logs.Lines);
        Assert.Contains($"Fetched {BallArchive.Side} files", seen, StringComparison.Ordinal);
        foreach (var secret in (string[])["sesame", StubArchive.Study, "Basic "])
            Assert.DoesNotContain(secret, seen, StringComparison.Ordinal);
        await service.AssertNoFilesLeftAsync();
    }

    [Fact]
    public async Task The_conformance_statement_lists_the_requests_that_are_made_and_no_others()
    {
        var types = new ConcurrentQueue<string>();
        Archive.Instead = context =>
        {
            var isPost = HttpMethods.IsPost(context.Request.Method);
            types.Enqueue(isPost ? Regex.Replace(context.Request.ContentType!, " boundary=\"[^\"]*\";", string.Empty) : context.Request.Headers.Accept.ToString());
            return Task.FromResult(false);
        };
        var service = await SharedAsync();
        await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, null));
        var made = Archive.Requests
            .Select(request => request
                .Replace("/dicom-web", string.Empty, StringComparison.Ordinal)
                .Replace(DicomScan.SeriesUid, "{series}", StringComparison.Ordinal)
                .Replace(StubArchive.Study, "{study}", StringComparison.Ordinal))
            .Zip(types, (request, type) => $"`{request}` | `{type}` |");
        var page = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "docs", "dicom-conformance.md"), TestContext.Current.CancellationToken);
        var table = page.Split("<!-- table: services used -->")[1].Split("<!-- end -->")[0].Trim().Split('\n')[2..];
        Assert.Equal(table.Select(row => row.Split("-RS, ")[1].Split(" | ", 2)[1]), made.Distinct());
    }

    [Fact]
    public async Task Without_store_nothing_is_stored_and_the_result_is_that_of_the_same_files_sent()
    {
        var service = await SharedAsync();
        var id = await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid, store: false);
        Assert.Equal(["segmentation"], (await service.Client.WaitAsync(id)).Outputs());
        using var form = new MultipartFormDataContent();
        foreach (var file in Archive.Files)
            form.Add(new ByteArrayContent(file), "volume", "slice");
        using var sent = await service.Client.PostAsync("/segment", form, TestContext.Current.CancellationToken);
        Assert.Equal(await sent.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), await service.Client.ResultAsync(id, "segmentation"));
        Assert.Empty(Archive.Stored);
    }

    [Fact]
    public async Task An_archive_that_is_away_is_tried_again_until_the_attempts_are_over()
    {
        await using var service = await TestService.StartAsync(
            ("Sassnet:Archive:Servers:pacs:Url", "http://127.0.0.1:1/"), ("Sassnet:Archive:Servers:pacs:RetryDelay", "00:00:00.001"),
            ("Sassnet:Jobs:RetryDelay", "00:00:00.010"), ("Sassnet:Jobs:MaxAttempts", "2"));
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync("1.2.3", "1.2.4"));
        Assert.Equal("archive-unavailable", job.Problem().Slug);
        Assert.Contains(service.Logs.Lines, line => line.Contains("A job is waiting again (problem archive-unavailable)", StringComparison.Ordinal));
        Assert.DoesNotContain("127.0.0.1", job.Problem().Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)] // within an attempt
    [InlineData(5)] // over two attempts
    public async Task An_archive_that_comes_back_in_time_costs_the_job_nothing(int failures)
    {
        Archive.Instead = context => StubArchive.RefuseAsync(context, 503, Archive.Requests.Count <= failures);
        var service = await SharedAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid));
        job.AssertSucceeded();
        Assert.Single(Archive.Stored);
    }

    [Theory]
    [InlineData(401, "archive-denied")]
    [InlineData(403, "archive-denied")]
    [InlineData(404, "archive-not-found")]
    [InlineData(302, "archive-bad-answer")]
    [InlineData(406, "archive-bad-answer")]
    public async Task A_refusal_ends_the_job_at_once(int status, string slug)
    {
        Archive.Instead = context => StubArchive.RefuseAsync(context, status, true);
        var service = await SharedAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid));
        Assert.Equal(slug, job.Problem().Slug);
        Assert.Single(Archive.Requests);
    }

    [Theory]
    [InlineData("text/html", "<html>Log in</html>", "archive-bad-answer")]
    [InlineData("multipart/related", "--x\r\n\r\n--x--\r\n", "archive-bad-answer")] // no boundary
    [InlineData("multipart/related; boundary=x", "--x--\r\n", "archive-bad-answer")] // no part
    [InlineData("multipart/related; boundary=x", "--x\r\n\r\nhello\r\n--x--\r\n", "archive-bad-answer")] // no DICOM
    [InlineData("multipart/related; boundary=x", "--x\r\n\r\nDICM and no more", "archive-unavailable")] // breaks off
    [InlineData("multipart/related; boundary=x", "LONG", "archive-bad-answer")] // a line without an end
    public async Task An_answer_that_makes_no_sense_ends_the_job_with_a_word_on_it(string type, string body, string slug)
    {
        Archive.Instead = async context =>
        {
            context.Response.ContentType = type;
            await context.Response.WriteAsync(body == "LONG" ? new string('x', 1_000_000) : body);
            return true;
        };
        var service = await SharedAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid));
        Assert.Equal(slug, job.Problem().Slug);
        await service.AssertNoFilesLeftAsync();
    }

    [Theory]
    [InlineData("GET", null)] // the list that the series is chosen from
    [InlineData("GET", DicomScan.SeriesUid)] // the list that its files are counted by
    [InlineData("POST", DicomScan.SeriesUid)]
    public async Task An_answer_in_which_the_connection_is_reset_is_asked_for_again(string method, string? series)
    {
        var resets = 0;
        Archive.Instead = async context =>
        {
            if (context.Request.Method != method || Archive.Requests.Last() == StubArchive.Retrieval || resets++ > 0)
                return false;
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("[{", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);

            // What was sent is not to be overtaken.
            await Task.Delay(500, context.RequestAborted);
            context.Abort();
            return true;
        };
        await using var service = await StartAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, series));
        job.AssertSucceeded();
        Assert.Single(Archive.Stored);
        Assert.Contains(service.Logs.Lines, line => line.Contains("A job is waiting again (problem archive-unavailable)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UPDATE OF Input", "OLD.Accepted IS NOT NULL AND NEW.Input IS NOT NULL")] // just after the series was fetched
    [InlineData("UPDATE OF Results", "NEW.State = OLD.State")] // just after the results were made
    public async Task A_database_that_is_away_for_a_while_costs_neither_what_was_fetched_nor_what_was_made(string change, string condition)
    {
        await using var service = await StartAsync();
        using (await service.Client.CallAsync(HttpMethod.Get, "/jobs"))
            await RunAsync(service, $"CREATE TRIGGER away BEFORE {change} ON sassnet_jobs WHEN {condition} BEGIN SELECT RAISE(ABORT, 'away'); END");
        var id = await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid, query: "?output=dicom-seg");
        for (var tries = 0; tries < 1200 && !service.Logs.Lines.Any(line => line.Contains("The database of the jobs cannot be used", StringComparison.Ordinal)); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        await RunAsync(service, "DROP TRIGGER away");
        (await service.Client.WaitAsync(id)).AssertSucceeded();
        Assert.Single(Archive.Requests, request => request == StubArchive.Retrieval);
        Assert.Single(Archive.Stored);
        Assert.Contains(service.Logs.Lines, line => line.Contains("The database of the jobs cannot be used", StringComparison.Ordinal));
        Assert.DoesNotContain(service.Logs.Lines, line => line.Contains("waiting again", StringComparison.Ordinal));

        static async Task RunAsync(TestService service, string statement)
        {
            await using var database = new SqliteConnection($"Data Source={Path.Combine(service.JobFolder, "jobs.db")};Pooling=False");
            await database.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = database.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_series_that_the_archive_says_it_sent_in_part_is_fetched_again()
    {
        Archive.Series = "[]";
        Archive.Instead = context =>
        {
            if (Archive.Requests.Count(request => request == StubArchive.Retrieval) == 1)
                context.Response.StatusCode = StatusCodes.Status206PartialContent;
            return Task.FromResult(false);
        };
        var service = await SharedAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid));
        job.AssertSucceeded();
        Assert.Equal(2, Archive.Requests.Count(request => request == StubArchive.Retrieval));
        Assert.Single(Archive.Stored);
    }

    [Fact]
    public async Task An_archive_that_is_slow_holds_the_job_no_longer_than_configured_and_no_request()
    {
        Archive.Instead = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        await using var service = await StartAsync(("TimeLimit", "00:00:00.300"));
        Assert.Equal("archive-too-slow", (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid))).Problem().Slug);
    }

    [Fact]
    public async Task A_job_can_be_cancelled_while_the_archive_is_slow()
    {
        Archive.Instead = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        var service = await SharedAsync();
        var id = await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid);
        await service.Client.WaitAsync(id, "running");
        using var cancelled = await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}");
        Assert.Equal("cancelled", (await service.Client.WaitAsync(id)).State());
        Assert.Empty(Archive.Stored);
    }

    [Theory]
    [InlineData("Sassnet:Uploads:MaxCompressedBytes")]
    [InlineData("Sassnet:Jobs:MaxBytes")]
    public async Task A_series_larger_than_an_upload_may_be_is_refused_in_words_that_are_true_of_a_series(string limit)
    {
        await using var service = await TestService.StartAsync(("Sassnet:Archive:Servers:pacs:Url", Archive.Url), (limit, "10000"));
        var (slug, detail) = (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid))).Problem();
        Assert.Equal("upload-too-large", slug);
        Assert.Contains("The series that the archive 'pacs' sent is larger", detail, StringComparison.Ordinal);
        await service.AssertNoFilesLeftAsync();
    }
}
