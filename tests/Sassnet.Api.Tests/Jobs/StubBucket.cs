using System.Collections.Concurrent;
using System.Net;
using System.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Sassnet.Api.Tests.Jobs;

/// <summary>A bucket in memory that refuses as it is told: what cannot be had of a real store at will.</summary>
internal sealed class StubBucket : IAsyncDisposable
{
    private const string Root = "/jobs/";

    private readonly WebApplication _server;
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    private StubBucket()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    /// <summary>The options of a service that keeps the files of its jobs there.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("Sassnet:Jobs:Store", "s3"), ("Sassnet:Jobs:S3:Endpoint", _server.Urls.Single()), ("Sassnet:Jobs:S3:Bucket", "jobs"), ("Sassnet:Jobs:S3:Prefix", "run/"),
        ("Sassnet:Jobs:S3:AccessKey", "key"), ("Sassnet:Jobs:S3:SecretKey", "secret"),
    ];

    /// <summary>All requests, method and key.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>What is there.</summary>
    public IEnumerable<string> Keys => _objects.Keys;

    /// <summary>The status and the body with which a request, method and key, is refused; null where it is not.</summary>
    public Func<string, (int Status, string Body)?> Refusal { get; set; } = _ => null;

    /// <summary>After how many bytes of its body an answer to a request, method and key, breaks off; null where it does not.</summary>
    public Func<string, int?> BreakingOff { get; set; } = _ => null;

    public static async Task<StubBucket> StartAsync()
    {
        var bucket = new StubBucket();
        await bucket._server.StartAsync(TestContext.Current.CancellationToken);
        return bucket;
    }

    /// <summary>A refusal as S3 writes it.</summary>
    public static string Error(string code) => $"<Error><Code>{code}</Code><Message>Refused.</Message></Error>";

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var (method, path) = (context.Request.Method, context.Request.Path.Value!);
        var key = path.StartsWith(Root, StringComparison.Ordinal) ? path[Root.Length..] : string.Empty;
        Requests.Enqueue($"{method} {key}");
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        context.Response.ContentType = "application/xml";
        if (Refusal($"{method} {key}") is { } refusal)
            await SayAsync(context, refusal.Status, refusal.Body);
        else if (HttpMethods.IsPut(method))
            Put(context, key, body.ToArray());
        else if (HttpMethods.IsDelete(method))
            Delete(context, key);
        else if (key.Length == 0)
            await SayAsync(context, StatusCodes.Status200OK, List(context.Request.Query["prefix"].ToString()));
        else
            await GetAsync(context, key);
    }

    private static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(text);
    }

    private void Put(HttpContext context, string key, byte[] bytes)
    {
        _objects[key] = bytes;
        context.Response.Headers.ETag = "\"stub-1\"";
    }

    private void Delete(HttpContext context, string key)
    {
        _objects.TryRemove(key, out _);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private string List(string prefix)
    {
        var found = _objects.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var contents = string.Concat(found.Select(key => $"<Contents><Key>{SecurityElement.Escape(key)}</Key></Contents>"));
        return $"""<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>""";
    }

    private async Task GetAsync(HttpContext context, string key)
    {
        if (!_objects.TryGetValue(key, out var bytes))
        {
            await SayAsync(context, StatusCodes.Status404NotFound, Error("NoSuchKey"));
            return;
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.ETag = "\"stub-1\"";
        var from = (int)(context.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0);
        context.Response.StatusCode = from > 0 ? StatusCodes.Status206PartialContent : StatusCodes.Status200OK;
        var left = bytes.AsMemory(from);
        context.Response.ContentLength = left.Length;
        if (BreakingOff($"GET {key}") is not { } sent)
        {
            await context.Response.Body.WriteAsync(left);
            return;
        }

        await context.Response.Body.WriteAsync(left[..sent]);
        await context.Response.Body.FlushAsync();

        // The head, at least, is to arrive before the end.
        await Task.Delay(TimeSpan.FromMilliseconds(200));
        context.Abort();
    }
}
