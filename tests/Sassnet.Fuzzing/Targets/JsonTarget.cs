using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Api.Archive;

namespace Sassnet.Fuzzing.Targets;

/// <summary>JSON from strangers: what an archive answers with, and the order of a job whose scan is in one.</summary>
internal static class JsonTarget
{
    private static readonly Lazy<ArchiveServer> Archive = new(() =>
        new ArchiveServer("pacs", new ArchiveServerOptions { Url = "http://127.0.0.1:1" }, TimeProvider.System, NullLogger.Instance));

    private static readonly string[] Texts =
    [
        """[{"0020000E":{"vr":"UI","Value":["1.2.3"]},"00080060":{"vr":"CS","Value":["MR"]},"00201209":{"vr":"IS","Value":[48]},"0008103E":{"vr":"LO","Value":["LGE"]}}]""",
        """[{"0020000E":{"vr":"UI","Value":["1.2.3"]},"00201209":{"vr":"IS","Value":["4e8"]}},{"0020000E":{"vr":"UI"}}]""",
        """[{"00080060":{"vr":"CS","Value":[null,{}]}}]""",
        "[]",
        """{"dicomWeb":{"server":"pacs","study":"1.2.3","series":"1.2.4"},"model":"left-atrium","store":true}""",
        """{"dicomWeb":{"server":"pacs","study":"1..3"}}""",
        """{"dicomWeb":null}""",
    ];

    public static FuzzTarget Target { get; } = new(bytes => ReadAsync(bytes).GetAwaiter().GetResult(), () => Texts.Select(Encoding.UTF8.GetBytes),
        [.. ((string[])
        [
            "\"0020000E\"", "\"Value\"", "\"vr\"", "\"dicomWeb\"", "\"server\"", "\"study\"", "\"series\"",
            "\"model\"", "\"store\"", "null", "true", "\\ud800", "1e999",
        ]).Select(Encoding.UTF8.GetBytes)]);

    private static async Task ReadAsync(byte[] bytes)
    {
        using var response = new HttpResponseMessage { Content = new ByteArrayContent(bytes) };
        var isList = false;
        try
        {
            isList = (await SeriesSearch.ReadAsync(Archive.Value, response, CancellationToken.None)).Count >= 0;
        }
        catch (Api.Problems.ProblemException)
        {
            // The other reader may still take it.
        }

        var context = new DefaultHttpContext();
        context.Request.ContentType = ArchiveOrder.MediaType;
        context.Request.Body = new MemoryStream(bytes);
        var order = await ArchiveOrder.TryReadAsync(context.Request, CancellationToken.None);
        FindingException.ThrowUnless(!isList && order is { Hash.Length: 64 }, "both a list and an order");
    }
}
