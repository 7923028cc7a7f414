using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>Jobs whose scan is in an archive, well or not: a stub of one, since a real one does not fail at will.</summary>
public sealed class ArchiveJobTests : IAsyncLifetime
{
    private const int Side = 20;
    private const string Retrieval = $"GET /dicom-web/studies/{StubArchive.Study}/series/{DicomScan.SeriesUid}";

    private static readonly double[] Voxels = Scan.Voxels(Side, Side, Side);
    private static readonly DicomScan Ball = new() { Columns = Side, Rows = Side, Slices = Side, Value = (column, row, slice) => (short)Voxels[(((slice * Side) + row) * Side) + column] };

    private StubArchive _archive = null!;

    public async ValueTask InitializeAsync()
    {
        _archive = await StubArchive.StartAsync([.. Ball.Classic()]);
        _archive.Series = $"[{StubArchive.Listed(DicomScan.SeriesUid, "MR", Side)}]";
    }

    public ValueTask DisposeAsync() => _archive.DisposeAsync();

    [Fact]
    public async Task The_scan_is_fetched_and_the_results_are_stored_once_with_the_credentials_configured_and_nothing_is_logged_of_either()
    {
        await using var service = await StartAsync(("User", "sassnet"), ("Password", "sesame"));
        var id = await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid);
        var job = await service.Client.WaitAsync(id);

        job.AssertSucceeded();
        Assert.Equal(
            [Retrieval, $"GET /dicom-web/studies/{StubArchive.Study}/series", $"POST /dicom-web/studies/{StubArchive.Study}"], _archive.Requests);
        Assert.All(_archive.Credentials, sent => Assert.Equal($"Basic {Convert.ToBase64String("sassnet:sesame"u8)}", sent));
        var stored = Assert.Single(_archive.Stored);
        string[] outputs = [.. job.Outputs().Where(output => output is "dicom-seg" or "dicom-parametric-map" or "dicom-sr")];
        Assert.Contains("dicom-seg", outputs);
        Assert.Equal(outputs.Length, stored.Count);
        foreach (var (output, bytes) in outputs.Zip(stored))
            Assert.Equal(await service.Client.ResultAsync(id, output), bytes);
        var seen = string.Join('\n', service.Logs.Lines);
        Assert.Contains($"Fetched {Side} files", seen, StringComparison.Ordinal);
        foreach (var secret in (string[])["sesame", StubArchive.Study, "Basic "])
            Assert.DoesNotContain(secret, seen, StringComparison.Ordinal);
        await service.AssertNoFilesLeftAsync();
    }

    [Fact]
    public async Task The_conformance_statement_lists_the_requests_that_are_made_and_no_others()
    {
        var types = new ConcurrentQueue<string>();
        _archive.Instead = context =>
        {
            var isPost = HttpMethods.IsPost(context.Request.Method);
            types.Enqueue(isPost ? Regex.Replace(context.Request.ContentType!, " boundary=\"[^\"]*\";", string.Empty) : context.Request.Headers.Accept.ToString());
            return Task.FromResult(false);
        };
        await using var service = await StartAsync();
        await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, null));
        var made = _archive.Requests
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
        await using var service = await StartAsync();
        var id = await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid, store: false);
        Assert.Equal(["segmentation"], (await service.Client.WaitAsync(id)).Outputs());
        using var form = new MultipartFormDataContent();
        foreach (var file in _archive.Files)
            form.Add(new ByteArrayContent(file), "volume", "slice");
        using var sent = await service.Client.PostAsync("/segment", form, TestContext.Current.CancellationToken);
        Assert.Equal(await sent.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), await service.Client.ResultAsync(id, "segmentation"));
        Assert.Empty(_archive.Stored);
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
        _archive.Instead = context => RefuseAsync(context, 503, _archive.Requests.Count <= failures);
        await using var service = await StartAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid));
        job.AssertSucceeded();
        Assert.Single(_archive.Stored);
    }

    [Theory]
    [InlineData(401, "archive-denied")]
    [InlineData(403, "archive-denied")]
    [InlineData(404, "archive-not-found")]
    [InlineData(302, "archive-bad-answer")]
    [InlineData(406, "archive-bad-answer")]
    public async Task A_refusal_ends_the_job_at_once(int status, string slug)
    {
        _archive.Instead = context => RefuseAsync(context, status, true);
        await using var service = await StartAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid));
        Assert.Equal(slug, job.Problem().Slug);
        Assert.Single(_archive.Requests);
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
        _archive.Instead = async context =>
        {
            context.Response.ContentType = type;
            await context.Response.WriteAsync(body == "LONG" ? new string('x', 1_000_000) : body);
            return true;
        };
        await using var service = await StartAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid));
        Assert.Equal(slug, job.Problem().Slug);
        await service.AssertNoFilesLeftAsync();
    }

    [Fact]
    public async Task A_series_that_the_archive_says_it_sent_in_part_is_fetched_again()
    {
        _archive.Series = "[]";
        _archive.Instead = context =>
        {
            if (_archive.Requests.Count(request => request == Retrieval) == 1)
                context.Response.StatusCode = StatusCodes.Status206PartialContent;
            return Task.FromResult(false);
        };
        await using var service = await StartAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid));
        job.AssertSucceeded();
        Assert.Equal(2, _archive.Requests.Count(request => request == Retrieval));
        Assert.Single(_archive.Stored);
    }

    [Fact]
    public async Task An_archive_that_is_slow_holds_the_job_no_longer_than_configured_and_no_request()
    {
        _archive.Instead = async context =>
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
        _archive.Instead = async context =>
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        await using var service = await StartAsync();
        var id = await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid);
        await service.Client.WaitAsync(id, "running");
        using var cancelled = await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{id}");
        Assert.Equal("cancelled", (await service.Client.WaitAsync(id)).State());
        Assert.Empty(_archive.Stored);
    }

    [Fact]
    public async Task A_refused_store_fails_the_job_with_the_archives_reason()
    {
        _archive.Instead = async context =>
        {
            if (!HttpMethods.IsPost(context.Request.Method))
                return false;
            context.Response.StatusCode = 409;
            await context.Response.WriteAsync(StubArchive.StoreAnswer(1, 0x0122, 0xC000));
            return true;
        };
        await using var service = await StartAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid));
        var (slug, detail) = job.Problem();
        Assert.Equal("archive-store-refused", slug);
        Assert.Contains("0x0122 (SOP class not supported), reason 0xC000", detail, StringComparison.Ordinal);
        Assert.Empty(job.Outputs());
    }

    [Theory]
    [InlineData(0xB00F, "reason 0xB00F (being stored already), reason 0x0122 (SOP class not supported)")]
    [InlineData(0xA701, "reason 0xA701 (out of resources), reason 0x0122 (SOP class not supported)")]
    public async Task A_refusal_that_does_not_pass_is_told_beside_one_that_does(int passing, string expected)
    {
        _archive.Instead = async context =>
        {
            if (!HttpMethods.IsPost(context.Request.Method))
                return false;
            context.Response.StatusCode = 409;
            await context.Response.WriteAsync(StubArchive.StoreAnswer(0, passing, 0x0122));
            return true;
        };
        await using var service = await StartAsync();
        var (slug, detail) = (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid))).Problem();
        Assert.Equal("archive-store-refused", slug);
        Assert.Contains(expected, detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "<html>Log in</html>", "archive-bad-answer")]
    [InlineData(200, "{}", "archive-store-refused")]
    [InlineData(400, "", "archive-store-refused")]
    [InlineData(507, "", "archive-unavailable")]
    [InlineData(202, "FULL", "archive-unavailable")]
    [InlineData(409, "THERE", "succeeded")]
    [InlineData(409, "EXISTS", "succeeded")]
    [InlineData(409, "PENDING", "archive-unavailable")]
    public async Task Only_what_the_archive_says_it_has_counts_as_stored(int status, string body, string expected)
    {
        _archive.Instead = async context =>
        {
            if (!HttpMethods.IsPost(context.Request.Method))
                return false;
            context.Response.StatusCode = status;
            await context.Response.WriteAsync(body switch
            {
                "FULL" => StubArchive.StoreAnswer(0, 0xA700),
                "THERE" => StubArchive.StoreAnswer(0, 0x0111),
                "EXISTS" => StubArchive.StoreAnswer(0, 0xB00E),
                "PENDING" => StubArchive.StoreAnswer(0, 0xB00F),
                _ => body,
            });
            return true;
        };
        await using var service = await StartAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid, query: "?output=dicom-seg"));
        Assert.Equal(expected, job.State() == "failed" ? job.Problem().Slug : job.State());
    }

    [Fact]
    public async Task What_another_request_is_storing_is_stored_once_it_is_there()
    {
        var posts = 0;
        _archive.Instead = async context =>
        {
            if (!HttpMethods.IsPost(context.Request.Method))
                return false;
            context.Response.StatusCode = 409;
            await context.Response.WriteAsync(StubArchive.StoreAnswer(0, ++posts == 1 ? 0xB00F : 0xB00E));
            return true;
        };
        await using var service = await StartAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid, query: "?output=dicom-seg"));
        job.AssertSucceeded();
        Assert.Equal(2, posts);
    }

    [Fact]
    public async Task What_was_made_is_stored_by_the_next_attempt_and_not_made_again()
    {
        var posts = 0;
        _archive.Instead = context => RefuseAsync(context, 503, HttpMethods.IsPost(context.Request.Method) && ++posts <= 5);
        await using var service = await StartAsync();
        var id = await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid, query: "?output=dicom-seg");
        var job = await service.Client.WaitAsync(id);
        job.AssertSucceeded();
        Assert.Equal(1, _archive.Requests.Count(request => request == Retrieval));
        Assert.Equal(await service.Client.ResultAsync(id, "dicom-seg"), Assert.Single(Assert.Single(_archive.Stored)));
        Assert.Contains(service.Logs.Lines, line => line.Contains("A job is waiting again (problem archive-unavailable)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_series_that_gives_no_dicom_results_fails_a_job_that_is_to_store_them()
    {
        await using var archive = await StubArchive.StartAsync([.. Enumerable.Range(0, Side).Select(slice => Ball.Slice(slice).Without(0x00200052).ToBytes())]);
        await using var service = await TestService.StartAsync(("Sassnet:Archive:Servers:pacs:Url", archive.Url));
        var (slug, detail) = (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid))).Problem();
        Assert.Equal("archive-nothing-to-store", slug);
        Assert.Contains("FrameOfReferenceUID", detail, StringComparison.Ordinal);
        Assert.Empty(archive.Stored);
    }

    [Theory]
    [InlineData("Sassnet:Uploads:MaxCompressedBytes")]
    [InlineData("Sassnet:Jobs:MaxBytes")]
    public async Task A_series_larger_than_an_upload_may_be_is_refused_in_words_that_are_true_of_a_series(string limit)
    {
        await using var service = await TestService.StartAsync(("Sassnet:Archive:Servers:pacs:Url", _archive.Url), (limit, "10000"));
        var (slug, detail) = (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid))).Problem();
        Assert.Equal("upload-too-large", slug);
        Assert.Contains("The series that the archive 'pacs' sent is larger", detail, StringComparison.Ordinal);
        await service.AssertNoFilesLeftAsync();
    }

    private static async Task<bool> RefuseAsync(HttpContext context, int status, bool isRefused)
    {
        if (!isRefused)
            return false;
        context.Response.StatusCode = status;
        context.Response.Headers.Location = "/elsewhere";
        await context.Response.WriteAsync("no");
        return true;
    }

    private Task<TestService> StartAsync(params (string Key, string Value)[] settings) => TestService.StartAsync(
    [
        ("Sassnet:Archive:Servers:pacs:Url", _archive.Url), ("Sassnet:Archive:Servers:pacs:RetryDelay", "00:00:00.001"), ("Sassnet:Jobs:RetryDelay", "00:00:00.010"),
        .. settings.Select(setting => ($"Sassnet:Archive:Servers:pacs:{setting.Key}", setting.Value)),
    ]);
}
