using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;
using Sassnet.Model.Tests.Dicom;
using Xunit;

namespace Sassnet.Api.Tests.Archive;

/// <summary>An archive that has one study and does as it is told: what cannot be had of a real one at will.</summary>
internal sealed class StubArchive : IAsyncDisposable
{
    public const string Study = "1.2.826.0.1.3680043.10.1";

    /// <summary>The request for its series.</summary>
    public const string Retrieval = $"GET /dicom-web/studies/{Study}/series/{DicomScan.SeriesUid}";

    private readonly WebApplication _server;

    private StubArchive(Action<ListenOptions>? listening)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listening ?? (_ => { })));
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    public string Url => $"{_server.Urls.Single()}/dicom-web";

    /// <summary>The files of its series.</summary>
    public IReadOnlyList<byte[]> Files { get; init; } = [];

    /// <summary>What it lists of the study, as DICOM JSON.</summary>
    public string Series { get; set; } = "[]";

    /// <summary>Answers in place of it; false where it is to answer itself.</summary>
    public Func<HttpContext, Task<bool>> Instead { get; set; } = ByItself;

    /// <summary>All requests, method and path.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>The credentials of all requests.</summary>
    public ConcurrentQueue<string> Credentials { get; } = [];

    /// <summary>Who all requests say that they come from.</summary>
    public ConcurrentQueue<string> Agents { get; } = [];

    /// <summary>What was stored, request by request.</summary>
    public ConcurrentQueue<IReadOnlyList<byte[]>> Stored { get; } = [];

    public static async Task<StubArchive> StartAsync(IReadOnlyList<byte[]> files, Action<ListenOptions>? listening = null)
    {
        var archive = new StubArchive(listening) { Files = files };
        await archive._server.StartAsync(TestContext.Current.CancellationToken);
        return archive;
    }

    /// <summary>A series as it is listed.</summary>
    public static string Listed(string uid, string modality, int instances, string description = "t1", string manufacturer = "ACME") =>
        $$$"""
        {"0020000E": {"vr": "UI", "Value": ["{{{uid}}}"]}, "00080060": {"vr": "CS", "Value": ["{{{modality}}}"]}, "0008103E": {"vr": "LO", "Value": ["{{{description}}}"]},
         "00080070": {"vr": "LO", "Value": ["{{{manufacturer}}}"]}, "00180015": {"vr": "CS"}, "00201209": {"vr": "IS", "Value": [{{{instances}}}]}}
        """;

    /// <summary>An answer to storing.</summary>
    public static string StoreAnswer(int stored, params int[] reasons)
    {
        var failures = reasons.Select(reason => $$$"""{"00081197": {"vr": "US", "Value": [{{{reason}}}]}}""");
        return $$$"""{"00081199": {"vr": "SQ", "Value": [{{{string.Join(", ", Enumerable.Repeat("{}", stored))}}}]}, "00081198": {"vr": "SQ", "Value": [{{{string.Join(", ", failures)}}}]}}""";
    }

    /// <summary>Answers with a refusal, where it is one; to be done <see cref="Instead"/>.</summary>
    public static async Task<bool> RefuseAsync(HttpContext context, int status, bool isRefused)
    {
        if (!isRefused)
            return false;
        context.Response.StatusCode = status;
        context.Response.Headers.Location = "/elsewhere";
        await context.Response.WriteAsync("no");
        return true;
    }

    /// <summary>Answers by itself again, and forgets what it was asked and given.</summary>
    public void Forget()
    {
        Instead = ByItself;
        Requests.Clear();
        Credentials.Clear();
        Stored.Clear();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static Task<bool> ByItself(HttpContext context) => Task.FromResult(false);

    private async Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}");
        Credentials.Enqueue(context.Request.Headers.Authorization.ToString());
        Agents.Enqueue(context.Request.Headers.UserAgent.ToString());
        if (await Instead(context))
            return;
        if (HttpMethods.IsPost(context.Request.Method))
            await StoreAsync(context);
        else if (context.Request.Path == $"/dicom-web/studies/{Study}/series")
            await context.Response.WriteAsync(Series);
        else if (context.Request.Path == $"/dicom-web/studies/{Study}/series/{DicomScan.SeriesUid}")
            await SendAsync(context);
        else
            context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    private async Task SendAsync(HttpContext context)
    {
        Assert.Contains("transfer-syntax=*", context.Request.Headers.Accept.ToString(), StringComparison.Ordinal);
        using var content = new MultipartContent("related");
        foreach (var file in Files)
            content.Add(new ByteArrayContent(file));
        context.Response.ContentType = content.Headers.ContentType!.ToString();
        await content.CopyToAsync(context.Response.Body);
    }

    private async Task StoreAsync(HttpContext context)
    {
        var boundary = Microsoft.Net.Http.Headers.MediaTypeHeaderValue.Parse(context.Request.ContentType).Boundary.Value!.Trim('"');
        var reader = new MultipartReader(boundary, context.Request.Body);
        var files = new List<byte[]>();
        while (await reader.ReadNextSectionAsync() is { } part)
        {
            Assert.Equal("application/dicom", part.ContentType);
            var bytes = new MemoryStream();
            await part.Body.CopyToAsync(bytes);
            files.Add(bytes.ToArray());
        }

        Stored.Enqueue(files);
        context.Response.ContentType = "application/dicom+json";
        await context.Response.WriteAsync(StoreAnswer(files.Count));
    }
}
