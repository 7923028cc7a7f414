using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Jobs.Callbacks;

public sealed class CallbackTests : IAsyncLifetime
{
    // 32 bytes, 0 to 31.
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];

    private readonly ConcurrentQueue<(string Id, string Timestamp, string Signature, string Body)> _posts = [];
    private readonly ConcurrentQueue<string> _parents = [];
    private readonly ConcurrentQueue<string> _agents = [];
    private readonly ConcurrentQueue<HttpStatusCode> _answers = [];
    private WebApplication _receiver = null!;
    private string _host = string.Empty;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _receiver = builder.Build();
        _receiver.Run(async context =>
        {
            var headers = context.Request.Headers;
            _parents.Enqueue(headers.TraceParent.ToString());
            _agents.Enqueue(headers.UserAgent.ToString());
            using var reader = new StreamReader(context.Request.Body);
            _posts.Enqueue((headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString(), await reader.ReadToEndAsync()));
            context.Response.StatusCode = _answers.TryDequeue(out var status) ? (int)status : StatusCodes.Status204NoContent;
            context.Response.Headers.Location = "/elsewhere";
        });
        await _receiver.StartAsync(TestContext.Current.CancellationToken);
        _host = new Uri(_receiver.Urls.Single()).Authority;
    }

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task The_end_of_a_job_is_posted_once_and_signed()
    {
        await using var service = await StartAsync();
        var id = await SubmitAsync(service, Scan.Small);
        await service.Client.WaitAsync(id);
        var (message, timestamp, signature, body) = Assert.Single(await PostsAsync(1));
        Assert.Equal($"job_{id}", message);
        Assert.Matches(@"^Sassnet/\d+\.\d+\.\d+$", Assert.Single(_agents));
        Assert.InRange(DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds(long.Parse(timestamp)), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"{message}.{timestamp}.{body}")))}", signature);
        var (posted, job) = (JsonDocument.Parse(body).RootElement, await service.Client.JobAsync(id));
        Assert.Equal(("succeeded", id), (posted.State(), posted.GetProperty("id").GetString()));
        Assert.Equal(job.GetProperty("results").ToString(), posted.GetProperty("results").ToString());
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Single(_posts);
    }

    [Fact]
    public async Task The_receiver_gets_the_trace_of_the_request_that_brought_the_job()
    {
        await using var service = await StartAsync();
        await SubmitAsync(service, Scan.Small);
        await PostsAsync(1);
        var trace = ActivityContext.Parse(Assert.Single(_parents), null).TraceId;

        // The post may be over before the job's own span: after its end is stored, which is what the post waits for, its files are cleared up.
        await service.Spans.OfAsync(trace, "job");
        var spans = await service.Spans.OfAsync(trace, "callback");
        var request = Assert.Single(spans, span => span.DisplayName == "POST /jobs/");
        Assert.All(spans.Where(span => span.OperationName is "job" or "callback"), span => Assert.Equal(request.SpanId, span.ParentSpanId));
        Assert.Contains(spans, span => span.OperationName == "job");
    }

    [Fact]
    public async Task A_post_that_is_not_taken_is_tried_again_and_a_redirection_is_not_followed()
    {
        _answers.Enqueue(HttpStatusCode.TemporaryRedirect);
        await using var service = await StartAsync();
        var id = await SubmitAsync(service, Scan.Small[..1000]);
        var posts = await PostsAsync(2);
        Assert.Equal((posts[0].Id, posts[0].Body), (posts[1].Id, posts[1].Body));
        Assert.Equal("failed", JsonDocument.Parse(posts[1].Body).RootElement.State());
        Assert.Equal("failed", (await service.Client.JobAsync(id)).State());
    }

    [Fact]
    public async Task A_receiver_that_never_answers_delays_no_post_to_another()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var service = await StartAsync(("Sassnet:Jobs:CallbackHosts", $"{silent.LocalEndpoint};{_host}"));
        for (var job = 0; job < 6; job++)
            await SubmitAsync(service, Scan.Small[..1000], $"{silent.LocalEndpoint}");
        var id = await SubmitAsync(service, Scan.Small[..1000]);
        Assert.Equal($"job_{id}", Assert.Single(await PostsAsync(1)).Id);
        Assert.DoesNotContain(service.Logs.Lines, line => line.Contains("did not answer in time", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_was_taken_off_the_list_gets_nothing_of_earlier_jobs()
    {
        _answers.Enqueue(HttpStatusCode.ServiceUnavailable);
        var folder = Directory.CreateTempSubdirectory("sassnet-callback-");
        await using (var before = await StartAsync(("Sassnet:Jobs:Folder", folder.FullName)))
        {
            await SubmitAsync(before, Scan.Small[..1000]);
            await UntilLoggedAsync(before, "is tried again");
        }

        await using (var after = await StartAsync(("Sassnet:Jobs:Folder", folder.FullName), ("Sassnet:Jobs:CallbackHosts", "elsewhere.example")))
        {
            await UntilLoggedAsync(after, "the service may not post to it any more");
            Assert.Single(_posts);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Of_many_posts_to_one_receiver_each_comes_once()
    {
        await using var service = await StartAsync();
        var ids = new List<string>();
        for (var job = 0; job < 12; job++)
            ids.Add(await SubmitAsync(service, Scan.Small[..1000]));
        await PostsAsync(ids.Count);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.Equal(ids.Select(id => $"job_{id}").Order(), _posts.Select(post => post.Id).Order());
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/")]
    [InlineData("http://localhost/")]
    [InlineData("https://example.org/")]
    [InlineData("https://xn--ü.example.org/")]
    [InlineData("http://HOST@example.org/")]
    [InlineData("http://user@HOST/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/relative")]
    [InlineData("http://HOST/\0")]
    [InlineData("http://HOST/\r\nx")]
    public async Task Addresses_on_other_hosts_are_refused(string address)
    {
        await using var service = await StartAsync();
        address = address.Replace("HOST", _host, StringComparison.Ordinal);
        using var refused = await service.Client.SubmitAsync(Scan.Small, $"?callback={Uri.EscapeDataString(address)}");
        await ProblemAssert.IsAsync(refused, 400, "callback-refused");
        Assert.Empty(_posts);
    }

    [Fact]
    public async Task Plain_HTTP_is_refused_unless_it_is_configured()
    {
        await using var service = await StartAsync(("Sassnet:Jobs:CallbackHttp", "false"));
        using var refused = await service.Client.SubmitAsync(Scan.Small, $"?callback=http://{_host}/");
        Assert.Contains("accepted: https", await ProblemAssert.IsAsync(refused, 400, "callback-refused"), StringComparison.Ordinal);
    }

    private Task<TestService> StartAsync(params (string Key, string Value)[] settings) => TestService.StartAsync(
        [("Sassnet:Jobs:CallbackHosts", _host), ("Sassnet:Jobs:CallbackSecret", $"whsec_{Convert.ToBase64String(Key)}"), ("Sassnet:Jobs:CallbackHttp", "true"), .. settings]);

    private static async Task UntilLoggedAsync(TestService service, string words)
    {
        for (var tries = 0; tries < 600 && !service.Logs.Lines.Any(IsIt); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Contains(service.Logs.Lines, IsIt);

        bool IsIt(string line) => line.Contains(words, StringComparison.Ordinal);
    }

    private Task<string> SubmitAsync(TestService service, byte[] scan, string? host = null) =>
        service.Client.SubmittedAsync(scan, $"?callback={Uri.EscapeDataString($"http://{host ?? _host}/hook?to=pacs")}");

    private async Task<List<(string Id, string Timestamp, string Signature, string Body)>> PostsAsync(int count)
    {
        for (var tries = 0; tries < 600 && _posts.Count < count; tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        return [.. _posts];
    }
}
