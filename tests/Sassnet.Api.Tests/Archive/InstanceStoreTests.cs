using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Jobs.Records;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>What an archive says of the results that it is given, and what becomes of the job.</summary>
public sealed class InstanceStoreTests(BallService shared) : BallArchiveTests(shared)
{
    [Fact]
    public async Task A_refused_store_fails_the_job_with_the_archives_reason()
    {
        Archive.Instead = async context =>
        {
            if (!HttpMethods.IsPost(context.Request.Method))
                return false;
            context.Response.StatusCode = 409;
            await context.Response.WriteAsync(StubArchive.StoreAnswer(1, 0x0122, 0xC000));
            return true;
        };
        var service = await SharedAsync();
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
        Archive.Instead = async context =>
        {
            if (!HttpMethods.IsPost(context.Request.Method))
                return false;
            context.Response.StatusCode = 409;
            await context.Response.WriteAsync(StubArchive.StoreAnswer(0, passing, 0x0122));
            return true;
        };
        var service = await SharedAsync();
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
        Archive.Instead = async context =>
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
        var service = await SharedAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid, query: "?output=dicom-seg"));
        Assert.Equal(expected, job.State() == "failed" ? job.Problem().Slug : job.State());
    }

    [Fact]
    public async Task An_upload_that_is_too_large_for_the_archive_or_a_proxy_before_it_is_told_as_that()
    {
        Archive.Instead = async context =>
        {
            var isStore = HttpMethods.IsPost(context.Request.Method);
            if (isStore)
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            return await StubArchive.RefuseAsync(context, 413, isStore);
        };
        var service = await SharedAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid, query: "?output=dicom-seg"));
        var (slug, detail) = job.Problem();
        Assert.Equal("archive-store-refused", slug);
        Assert.Matches("stored 0 of 1 object: it, or a proxy before it, answered 413 and takes no upload of that size, [1-9][0-9]+ bytes in one request", detail);
    }

    [Fact]
    public async Task What_another_request_is_storing_is_stored_once_it_is_there()
    {
        var posts = 0;
        Archive.Instead = async context =>
        {
            if (!HttpMethods.IsPost(context.Request.Method))
                return false;
            context.Response.StatusCode = 409;
            await context.Response.WriteAsync(StubArchive.StoreAnswer(0, ++posts == 1 ? 0xB00F : 0xB00E));
            return true;
        };
        var service = await SharedAsync();
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid, query: "?output=dicom-seg"));
        job.AssertSucceeded();
        Assert.Equal(2, posts);
    }

    [Fact]
    public async Task What_was_made_is_stored_by_the_next_attempt_and_not_made_again()
    {
        var posts = 0;
        Archive.Instead = context => StubArchive.RefuseAsync(context, 503, HttpMethods.IsPost(context.Request.Method) && ++posts <= 5);
        await using var service = await StartAsync();
        var id = await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid, query: "?output=dicom-seg");
        var job = await service.Client.WaitAsync(id);
        job.AssertSucceeded();
        Assert.Equal(1, Archive.Requests.Count(request => request == StubArchive.Retrieval));
        Assert.Equal(await service.Client.ResultAsync(id, "dicom-seg"), Assert.Single(Assert.Single(Archive.Stored)));
        Assert.Contains(service.Logs.Lines, line => line.Contains("A job is waiting again (problem archive-unavailable)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(503, true)]
    [InlineData(409, false)]
    public async Task Results_that_an_archive_is_still_to_get_take_room_until_the_job_comes_to_nothing(int status, bool passes)
    {
        TestService? service = null;
        var held = new ConcurrentQueue<long>();
        Archive.Instead = async context =>
        {
            if (!HttpMethods.IsPost(context.Request.Method))
                return false;
            held.Enqueue(await HeldAsync(service!));
            return await StubArchive.RefuseAsync(context, status, held.Count <= 5 || !passes);
        };
        service = await StartAsync();
        await using var started = service;
        var job = await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid, query: "?output=dicom-seg"));
        Assert.Equal(passes ? "succeeded" : "failed", job.State());
        Assert.All(held, bytes => Assert.True(bytes > 0));
        Assert.Equal(passes ? held.First() : 0, await HeldAsync(service));

        static Task<long> HeldAsync(TestService service) => service.Services.GetRequiredService<JobDatabase>().UseAsync(
            db => db.Jobs.SumAsync(job => job.ResultBytes, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_series_that_gives_no_dicom_results_fails_a_job_that_is_to_store_them()
    {
        await using var archive = await StubArchive.StartAsync([.. Enumerable.Range(0, BallArchive.Side).Select(slice => BallArchive.Ball.Slice(slice).Without(0x00200052).ToBytes())]);
        await using var service = await TestService.StartAsync(("Sassnet:Archive:Servers:pacs:Url", archive.Url));
        var (slug, detail) = (await service.Client.WaitAsync(await service.Client.OrderedAsync(StubArchive.Study, DicomScan.SeriesUid))).Problem();
        Assert.Equal("archive-nothing-to-store", slug);
        Assert.Contains("FrameOfReferenceUID", detail, StringComparison.Ordinal);
        Assert.Empty(archive.Stored);
    }
}
