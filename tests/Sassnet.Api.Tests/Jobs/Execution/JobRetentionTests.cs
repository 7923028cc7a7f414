using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Sassnet.Api.Tests.Access;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Execution;

public sealed class JobRetentionTests
{
    [Fact]
    public async Task Jobs_go_when_their_time_is_over_with_their_files_and_keys()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Jobs:RetainFor", "00:00:03"));
        var id = await service.Client.SubmittedAsync(Scan.Small, key: "k");
        var job = await service.Client.WaitAsync(id);
        Assert.Equal(3, (job.GetProperty("expires").GetDateTimeOffset() - job.GetProperty("ended").GetDateTimeOffset()).TotalSeconds);
        await AssertGoneAsync(service, id);
        Assert.NotEqual(id, await service.Client.SubmittedAsync(Scan.Small, key: "k"));
    }

    [Fact]
    public async Task The_oldest_go_where_room_is_needed()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Jobs:MaxBytes", "60000"));
        var ids = new List<string>();
        for (var job = 0; job < 4; job++)
        {
            ids.Add(await service.Client.SubmittedAsync(Scan.Small, "?output=probability"));
            await service.Client.WaitAsync(ids[^1]);
        }

        await AssertGoneAsync(service, ids[0]);
        (await service.Client.JobAsync(ids[^1])).AssertSucceeded();
        var bytes = Bytes();
        for (var tries = 0; tries < 1200 && bytes > 60000; tries++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            bytes = Bytes();
        }

        Assert.InRange(bytes, 1, 60000);

        long Bytes()
        {
            try
            {
                return ids.Select(id => Path.Combine(service.JobFolder, id)).Where(Directory.Exists)
                    .SelectMany(folder => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)).Sum(file => new FileInfo(file).Length);
            }
            catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
            {
                // Some of it goes just now; it is looked at again.
                return long.MaxValue;
            }
        }
    }

    [Fact]
    public async Task Who_needs_room_gives_of_his_own_first_and_then_who_holds_the_most()
    {
        await using var locked = await LockedService.StartAsync(("Sassnet:Jobs:MaxBytes", "60000"));
        using var one = ClientOf(locked);
        using var other = ClientOf(locked);
        var kept = await DoneAsync(one);
        var ids = new List<string>();
        for (var job = 0; job < 4; job++)
            ids.Add(await DoneAsync(other));
        await AssertGoneAsync(locked.Service, ids[0], other);
        Assert.NotEmpty(await one.ResultAsync(kept, "probability"));

        // Who holds nothing yet finds room where another holds the most.
        using var third = ClientOf(locked);
        Assert.NotEmpty(await third.ResultAsync(await DoneAsync(third, "report"), "report"));
        Assert.NotEmpty(await one.ResultAsync(kept, "probability"));
        await AssertGoneAsync(locked.Service, ids[1], other);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_would_hold_the_most_is_refused_and_nobody_else_loses_results(bool tellsItsLength)
    {
        await using var locked = await LockedService.StartAsync(("Sassnet:Jobs:MaxBytes", $"{Scan.Medium.Length + 10_000}"));
        using var one = ClientOf(locked);
        using var other = ClientOf(locked);
        var kept = await DoneAsync(one);
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = new ByteArrayContent(Scan.Medium) })
        {
            request.Headers.TransferEncodingChunked = !tellsItsLength;
            using var full = await other.SendAsync(request, TestContext.Current.CancellationToken);
            await ProblemAssert.IsAsync(full, 503, "storage-full");
        }

        Assert.NotEmpty(await one.ResultAsync(kept, "probability"));
    }

    [Fact]
    public async Task A_job_for_which_no_job_can_make_room_is_refused()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Jobs:MaxBytes", $"{Scan.Endless.Length + 1000}"));
        using (var large = await service.Client.SubmitAsync(new byte[Scan.Endless.Length + 1001]))
            await ProblemAssert.IsAsync(large, 413, "upload-too-large");
        var running = await service.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        using (var full = await service.Client.SubmitAsync(Scan.Small))
        {
            await ProblemAssert.IsAsync(full, 503, "storage-full");
            Assert.NotNull(full.Headers.RetryAfter);
        }

        using (await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{running}"))
        using (var served = await service.Client.SubmitAsync(Scan.Small))
            Assert.Equal(HttpStatusCode.Accepted, served.StatusCode);
    }

    [Fact]
    public async Task What_finds_no_room_even_without_the_results_there_are_removes_none_of_them()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Jobs:MaxBytes", $"{Scan.Endless.Length + Scan.Medium.Length - 1}"));
        var done = await service.Client.SubmittedAsync(Scan.Small);
        (await service.Client.WaitAsync(done)).AssertSucceeded();
        var running = await service.Client.SubmittedAsync(Scan.Endless, "?inference=window");

        // Of a length that is known only when all of it is there.
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/jobs") { Content = new ByteArrayContent(Scan.Medium) })
        {
            request.Headers.TransferEncodingChunked = true;
            using var full = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
            await ProblemAssert.IsAsync(full, 503, "storage-full");
        }

        Assert.NotEmpty(await service.Client.ResultAsync(done, "segmentation"));
        using (await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{running}"))
            await service.Client.WaitAsync(running);
    }

    [Fact]
    public async Task The_newest_results_stay_also_where_they_alone_take_more_than_all_the_room()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Jobs:MaxBytes", $"{Scan.Small.Length + 1}"));
        var first = await service.Client.SubmittedAsync(Scan.Small, "?output=all");
        var job = await service.Client.WaitAsync(first);
        job.AssertSucceeded();
        Assert.True(job.GetProperty("results").EnumerateArray().Sum(result => result.GetProperty("bytes").GetInt64()) > Scan.Small.Length + 1);
        Assert.NotEmpty(await service.Client.ResultAsync(first, "probability"));

        // And go for the next job.
        var second = await service.Client.SubmittedAsync(Scan.Small, "?output=all");
        await AssertGoneAsync(service, first);
        (await service.Client.WaitAsync(second)).AssertSucceeded();
        Assert.NotEmpty(await service.Client.ResultAsync(second, "probability"));
    }

    [Fact]
    public async Task Jobs_that_come_together_do_not_find_the_same_room()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Jobs:MaxBytes", $"{Scan.Endless.Length + (3 * Scan.Medium.Length) + 1000}"));
        var running = await service.Client.SubmittedAsync(Scan.Endless, "?inference=window");
        var statuses = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            using var response = await service.Client.SubmitAsync(Scan.Medium);
            return response.StatusCode;
        }));
        Assert.Equal(3, statuses.Count(status => status == HttpStatusCode.Accepted));
        Assert.Equal(9, statuses.Count(status => status == HttpStatusCode.ServiceUnavailable));
        using (await service.Client.CallAsync(HttpMethod.Delete, $"/jobs/{running}"))
            await service.Client.WaitAsync(running);
    }

    [Fact]
    public async Task A_length_that_is_only_claimed_removes_no_job()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Jobs:MaxBytes", "60000"));
        var id = await service.Client.SubmittedAsync(Scan.Small, "?output=probability");
        (await service.Client.WaitAsync(id)).AssertSucceeded();
        using (var connection = new TcpClient())
        {
            await connection.ConnectAsync(service.Address.Host, service.Address.Port, TestContext.Current.CancellationToken);
            var head = Encoding.ASCII.GetBytes($"POST /jobs HTTP/1.1\r\nHost: {service.Address.Authority}\r\nContent-Length: 59999\r\nExpect: 100-continue\r\n\r\n");
            await connection.GetStream().WriteAsync(head, TestContext.Current.CancellationToken);

            // What is asked for the body was let in.
            using var answer = new StreamReader(connection.GetStream());
            Assert.Equal("HTTP/1.1 100 Continue", await answer.ReadLineAsync(TestContext.Current.CancellationToken));
        }

        (await service.Client.JobAsync(id)).AssertSucceeded();
        Assert.NotEmpty(await service.Client.ResultAsync(id, "probability"));
    }

    /// <summary>A client with a key of its own.</summary>
    private static HttpClient ClientOf(LockedService locked)
    {
        var client = new HttpClient { BaseAddress = locked.Service.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", locked.Key("jobs"));
        return client;
    }

    /// <summary>Sends a job and waits until it has succeeded; what it makes without another word takes more room than its scan.</summary>
    private static async Task<string> DoneAsync(HttpClient client, string output = "probability")
    {
        var id = await client.SubmittedAsync(Scan.Small, $"?output={output}");
        (await client.WaitAsync(id)).AssertSucceeded();
        return id;
    }

    private static async Task AssertGoneAsync(TestService service, string id, HttpClient? client = null)
    {
        for (var tries = 0; tries < 1200; tries++)
        {
            using var response = await (client ?? service.Client).CallAsync(HttpMethod.Get, $"/jobs/{id}");
            if (response.StatusCode == HttpStatusCode.NotFound && !Directory.Exists(Path.Combine(service.JobFolder, id)))
                return;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail("The job is still there.");
    }
}
