using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Sassnet.Api.Tests.Service;

/// <summary>A span as a collector gets it.</summary>
/// <param name="Instance">The process that sent it (<c>service.instance.id</c>).</param>
/// <param name="Trace">Its trace, in hexadecimal digits, as the other ids.</param>
/// <param name="Id">Itself.</param>
/// <param name="Parent">What it is part of.</param>
/// <param name="Name">Its name.</param>
internal sealed record ReceivedSpan(string Instance, string Trace, string Id, string Parent, string Name);

/// <summary>A collector of traces on a free port of this machine: OTLP over HTTP, of which it reads what a test needs.</summary>
internal sealed class TraceReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<ReceivedSpan> _spans = [];

    private TraceReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Read(body.ToArray());
            context.Response.ContentType = "application/x-protobuf";
        });
    }

    /// <summary>The variables by which a process sends its spans here, soon.</summary>
    public (string, string)[] Environment =>
    [
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", $"{_server.Urls.Single()}/v1/traces"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "100"),
    ];

    public static async Task<TraceReceiver> StartAsync()
    {
        var receiver = new TraceReceiver();
        await receiver._server.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>The spans of a trace, once there is one of such a name among them.</summary>
    public async Task<IReadOnlyList<ReceivedSpan>> OfAsync(string trace, string last)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            var spans = _spans.Where(span => span.Trace == trace).ToList();
            if (spans.Exists(span => span.Name == last))
                return spans;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"No span '{last}' came within a minute.");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    // ExportTraceServiceRequest → ResourceSpans (1) → ScopeSpans (2) → Span (2): trace (1), span (2), parent (4), name (5).
    private void Read(byte[] request)
    {
        foreach (var resource in Of(request, 1))
        {
            var attributes = Of(resource, 1).SelectMany(inner => Of(inner, 1));
            var instance = Text(Of(attributes.Single(attribute => Text(attribute, 1) == "service.instance.id"), 2).Single(), 1);
            foreach (var span in Of(resource, 2).SelectMany(scope => Of(scope, 2)))
                _spans.Enqueue(new ReceivedSpan(instance, Digits(span, 1), Digits(span, 2), Digits(span, 4), Text(span, 5)));
        }
    }

    private static string Text(byte[] message, int field) => System.Text.Encoding.UTF8.GetString(Of(message, field).SingleOrDefault() ?? []);

    private static string Digits(byte[] message, int field) => Convert.ToHexStringLower(Of(message, field).SingleOrDefault() ?? []);

    /// <summary>The values of a field that are messages, strings or bytes.</summary>
    private static List<byte[]> Of(byte[] message, int field)
    {
        var (values, input) = (new List<byte[]>(), new CodedInputStream(message));
        while (input.ReadTag() is var tag && tag != 0)
        {
            if (tag == ((uint)field << 3 | 2))
                values.Add(input.ReadBytes().ToByteArray());
            else
                input.SkipLastField();
        }

        return values;
    }
}
