using System.Net;
using System.Text.RegularExpressions;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Server;

/// <summary>Bytes that no HTTP client sends: each is refused or read as the standard has it, and afterwards nothing is left of it.</summary>
public sealed class BrokenHttpTests : IAsyncLifetime
{
    private const string Host = "Host: localhost\r\n";
    private const string Get = "GET /health/live HTTP/1.1\r\n" + Host;
    private const string Post = "POST /segment HTTP/1.1\r\n" + Host;
    private const string Chunked = Post + "Transfer-Encoding: chunked\r\n\r\n";

    // A whole request, as it may hide in another's body.
    private const string Hidden = "GET /models HTTP/1.1\r\n" + Host + "\r\n";

    private readonly DirectoryInfo _uploads = Directory.CreateTempSubdirectory("sassnet-broken-http-");
    private ServiceProcess _service = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>
    /// What is sent, and the statuses of all answers until the service closes the connection. Where it would not, because all was well, the request says so
    /// itself (<c>Connection: close</c>).
    /// </summary>
    private static (string Name, string Bytes, string Statuses)[] Closing { get; } =
    [
        ("an empty line first", $"\r\n{Get}Connection: close\r\n\r\n", "200"),
        ("no method", $" / HTTP/1.1\r\n{Host}\r\n", "400"),
        ("no target", $"GET  HTTP/1.1\r\n{Host}\r\n", "400"),
        ("no version", "GET /health/live\r\n\r\n", "400"),
        ("version 1.2", $"GET /health/live HTTP/1.2\r\n{Host}\r\n", "505"),
        ("version 2.0", $"GET /health/live HTTP/2.0\r\n{Host}\r\n", "505"),
        ("version 1.0 without a host", "GET /health/live HTTP/1.0\r\n\r\n", "200"),
        ("nonsense", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\r\n\r\n", "400"),
        ("a request line of 9 KB", $"GET /{new string('a', 9000)} HTTP/1.1\r\n{Host}\r\n", "414"),
        ("headers of 40 KB", $"{Get}X: {new string('a', 40_000)}\r\n\r\n", "431"),
        ("150 headers", $"{Get}{string.Concat(Enumerable.Range(0, 150).Select(number => $"X{number}: a\r\n"))}\r\n", "431"),
        ("NUL in a header", $"{Get}X: a\0b\r\n\r\n", "400"),
        ("NUL in a header's name", $"{Get}X\0: ab\r\n\r\n", "400"),
        ("NUL in the target", $"GET /health\0/live HTTP/1.1\r\n{Host}\r\n", "400"),
        ("an escaped NUL in the target", $"GET /health%00/live HTTP/1.1\r\n{Host}\r\n", "400"),
        ("CR in a header", $"{Get}X: a\rb\r\n\r\n", "400"),
        ("a folded header", $"{Get}X: a\r\n b\r\n\r\n", "400"),
        ("a blank before the colon", $"{Get}X : a\r\n\r\n", "400"),
        ("a header without a colon", $"{Get}nonsense\r\n\r\n", "400"),
        ("no host", "GET /health/live HTTP/1.1\r\n\r\n", "400"),
        ("two hosts", $"{Get}{Host}\r\n", "400"),
        ("a host that is none", "GET /health/live HTTP/1.1\r\nHost: a b\r\n\r\n", "400"),
        ("an absolute target", $"GET http://localhost/health/live HTTP/1.1\r\n{Host}Connection: close\r\n\r\n", "200"),
        ("an absolute target of another host", $"GET http://attacker.example/health/live HTTP/1.1\r\n{Host}\r\n", "400"),
        ("an absolute target and host of another", "GET http://attacker.example/health/live HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n", "400"),
        ("CONNECT", $"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost:80\r\nConnection: close\r\n\r\n", "405"),
        ("OPTIONS *", $"OPTIONS * HTTP/1.1\r\n{Host}Connection: close\r\n\r\n", "405"),
        ("a target out of the root", $"GET /..%2f..%2fetc/passwd HTTP/1.1\r\n{Host}Connection: close\r\n\r\n", "404"),

        // Two framings in one request: whatever a proxy in front took for the end, the hidden request is not answered.
        ("both lengths", $"{Post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}", "400"),
        ("both lengths, the other order", $"{Post}Transfer-Encoding: chunked\r\nContent-Length: {5 + Hidden.Length}\r\n\r\n0\r\n\r\n{Hidden}", "400"),
        ("both lengths where no body is read", $"{Get}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}", "200"),
        ("chunked and another coding", $"{Post}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{Hidden}", "400"),
        ("an unknown coding", $"{Post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{Hidden}", "400"),
        ("a coding below chunked", $"{Post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n{Hidden}", "415"),
        ("chunked twice", $"{Post}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n{Hidden}", "415"),
        ("a coding with a blank before the colon", $"{Post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{Hidden}", "400"),
        ("a coding behind a vertical tab", $"{Post}Transfer-Encoding:\vchunked\r\n\r\n0\r\n\r\n{Hidden}", "400"),
        ("two lengths", $"{Post}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef{Hidden}", "400"),
        ("one length twice", $"{Post}Content-Length: 5, 5\r\n\r\nabcde{Hidden}", "400"),
        ("a negative length", $"{Post}Content-Length: -1\r\n\r\nabcde", "400"),
        ("a hexadecimal length", $"{Post}Content-Length: 0x5\r\n\r\nabcde", "400"),
        ("a length of 65 bits", $"{Post}Content-Length: 18446744073709551616\r\n\r\nabcde", "400"),
        ("an empty length", $"{Post}Content-Length: \r\n\r\nabcde", "400"),
        ("a length that is too short", $"{Post}Content-Length: 3\r\n\r\nabcdef\r\n\r\n", "400 400"),
        ("a body without a length", $"{Post}\r\nabcdef\r\n\r\n", "400 400"),

        ("a negative chunk", $"{Chunked}-1\r\nabc\r\n0\r\n\r\n{Hidden}", "400"),
        ("a chunk of 0x3", $"{Chunked}0x3\r\nabc\r\n0\r\n\r\n{Hidden}", "400"),
        ("a chunk and a blank", $"{Chunked}3 \r\nabc\r\n0\r\n\r\n{Hidden}", "400"),
        ("a chunk without a number", $"{Chunked}\r\nabc\r\n0\r\n\r\n{Hidden}", "400"),
        ("a chunk of 80 bits", $"{Chunked}{new string('F', 20)}\r\nabc\r\n0\r\n\r\n{Hidden}", "400"),
        ("a chunk that ends by LF", $"{Chunked}3\nabc\n0\n\n{Hidden}", "400"),
        ("a chunk longer than it says", $"{Chunked}3\r\nabcdef\r\n0\r\n\r\n{Hidden}", "400"),
        ("a line break in a chunk's extension", $"{Chunked}3;a=\"b\nc\"\r\nabc\r\n0\r\n\r\n{Hidden}", "400"),
        ("trailers of 40 KB", $"{Chunked}3\r\nabc\r\n0\r\nX: {new string('y', 40_000)}\r\n\r\n", "431"),
        ("a trailer without a colon", $"{Chunked}3\r\nabc\r\n0\r\nno colon\r\n\r\n{Hidden}", "400"),

        ("several requests at once", $"{Get}\r\n{Get}\r\n{Get}Connection: close\r\n\r\n", "200 200 200"),
        ("a request in the body of a refused one", $"POST /nowhere HTTP/1.1\r\n{Host}Content-Length: {Hidden.Length}\r\n\r\n{Hidden}", "404"),
        ("a request behind the body of a refused one", $"POST /nowhere HTTP/1.1\r\n{Host}Content-Length: 1\r\n\r\nx{Hidden}", "404"),
        ("a request in the body of a GET", $"{Get}Connection: close\r\nContent-Length: {Hidden.Length}\r\n\r\n{Hidden}", "200"),
        ("an expectation that nobody knows", $"{Post}Connection: close\r\nExpect: nonsense\r\nContent-Length: 3\r\n\r\nabc", "400"),
        ("a body that does not wait to be asked for", $"{Post}Connection: close\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc", "400"),
        ("a protocol to change to", $"{Get}Connection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n", "200"),
        ("headers that do not end", "GET / HTTP/1.1\r\nHost: loc", "408"),
    ];

    /// <summary>What a client sends before it goes away.</summary>
    private static string[] Halves { get; } =
    [
        string.Empty, "\r\n\r\n", "P", "GET / HTTP/1.1\r\nHo", Get, $"{Post}Content-Length: 30\r\n\r\nabcdef", $"{Post}Content-Length: 30\r\n\r\n", $"{Chunked}3\r\nabc\r\n", $"{Chunked}3\r\na",
        $"{Post}Expect: 100-continue\r\nContent-Length: 30\r\n\r\n", "POST /segment HTTP/1.0\r\n\r\nabc",
        $"{Post}Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 300\r\n\r\n--b\r\nContent-Disposition: form-data; name=volume\r\n\r\nabc",
    ];

    public async ValueTask InitializeAsync() => _service = await ServiceProcess.StartAsync(
        null, ("Sassnet__Server__HeadersTimeLimit", "00:00:02"), ("Sassnet__Uploads__Folder", Path.Combine(_uploads.FullName, "uploads")));

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _uploads.Delete(recursive: true);
    }

    [Fact]
    public async Task It_is_refused_or_read_by_the_rules_and_leaves_no_handle_no_file_and_no_error()
    {
        // The first time opens what stays open.
        await SendAllAsync();
        await AssertServesAsync();
        var before = await SettledHandlesAsync(int.MaxValue);
        for (var round = 0; round < 3; round++)
            await SendAllAsync();
        await AssertServesAsync();

        Assert.InRange(await SettledHandlesAsync(before + 8), 1, before + 8);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(_uploads.FullName, "*", SearchOption.AllDirectories), file => !file.EndsWith(".lock", StringComparison.Ordinal));
        Assert.DoesNotContain(_service.Lines, line => line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Headers_that_come_byte_by_byte_have_no_more_time_than_others()
    {
        using var connection = await RawConnection.OpenAsync(_service.Address);
        var answer = connection.ReadToEndAsync();
        for (var sent = 0; sent < 600 && !answer.IsCompleted; sent++)
        {
            try
            {
                await connection.SendAsync(sent == 0 ? Get + "X: " : "a");
            }
            catch (IOException)
            {
                break;
            }

            await Task.WhenAny(answer, Task.Delay(100, Cancelled));
        }

        Assert.Equal("408", Statuses(await answer));
    }

    [Fact]
    public async Task A_whole_upload_is_served_however_it_is_cut_into_pieces()
    {
        using var connection = await RawConnection.OpenAsync(_service.Address);
        await connection.SendHeadAsync("/segment/report", "Transfer-Encoding: chunked", "Expect: 100-continue");
        await connection.WaitToContinueAsync();
        for (var at = 0; at < Scan.Small.Length; at += 1000)
        {
            var piece = Scan.Small.AsMemory(at, Math.Min(1000, Scan.Small.Length - at));
            await connection.SendAsync($"{piece.Length:x};name=\"value\"\r\n");
            await connection.SendAsync(piece);
            await connection.SendAsync("\r\n");
        }

        await connection.SendAsync("0\r\nX-Trailer: y\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadAnswerAsync(), StringComparison.Ordinal);
    }

    private static string Statuses(string answers) => string.Join(' ', Regex.Matches(answers, "(?:^|\\n|\\})HTTP/1\\.1 ([2-5][0-9][0-9])").Select(match => match.Groups[1].Value));

    private async Task SendAllAsync()
    {
        foreach (var (name, bytes, statuses) in Closing)
        {
            using var connection = await RawConnection.OpenAsync(_service.Address);
            await connection.SendAsync(bytes);
            var answers = await connection.ReadToEndAsync();
            Assert.True(Statuses(answers) == statuses, $"{name}: expected {statuses}, got {answers}");
        }

        foreach (var half in Halves)
        {
            using var ended = await RawConnection.OpenAsync(_service.Address);
            await ended.SendAsync(half);
            ended.EndSending();
            Assert.DoesNotContain("HTTP/1.1 200", await ended.ReadToEndAsync(), StringComparison.Ordinal);
            using var aborted = await RawConnection.OpenAsync(_service.Address);
            await aborted.SendAsync(half);
            aborted.Abort();
        }
    }

    private async Task AssertServesAsync()
    {
        using var response = await _service.Client.PostAsync("/segment", new ByteArrayContent(Scan.Small), Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>The number of handles once the last connections have been closed on the other side too.</summary>
    private async Task<int> SettledHandlesAsync(int wanted)
    {
        var handles = int.MaxValue;
        for (var tries = 0; tries < 600 && handles > wanted; tries++)
        {
            handles = _service.OpenHandles;
            await Task.Delay(100, Cancelled);
        }

        await Task.Delay(500, Cancelled);
        return _service.OpenHandles;
    }
}
