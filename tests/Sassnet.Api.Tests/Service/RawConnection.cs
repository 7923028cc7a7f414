using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Sassnet.Api.Tests.Service;

/// <summary>
/// A client that writes the bytes of HTTP itself: it can stop in the middle, break the rules, and read nothing before it has sent everything.
/// </summary>
internal sealed partial class RawConnection : IDisposable
{
    // Only a service that never answers takes so long.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly string _authority;
    private NetworkStream _stream = null!;

    private RawConnection(string authority) => _authority = authority;

    public static Task<RawConnection> OpenAsync(TestService service) => OpenAsync(service.Address);

    public static async Task<RawConnection> OpenAsync(Uri address)
    {
        var connection = new RawConnection(address.Authority);
        await connection._client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        connection._stream = connection._client.GetStream();
        return connection;
    }

    /// <summary>Sends the head of a POST; the body is up to the caller.</summary>
    public Task SendHeadAsync(string target, params string[] headers) =>
        SendAsync($"POST {target} HTTP/1.1\r\nHost: {_authority}\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n");

    public Task SendAsync(string text) => SendAsync(Encoding.ASCII.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = Limit();
        await _stream.WriteAsync(bytes, limit.Token);
    }

    /// <summary>Waits until the service asks for the body, after a head with <c>Expect: 100-continue</c>.</summary>
    public async Task WaitToContinueAsync()
    {
        using var limit = Limit();
        var answer = new byte["HTTP/1.1 100 Continue\r\n\r\n".Length];
        await _stream.ReadExactlyAsync(answer, limit.Token);
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", Encoding.ASCII.GetString(answer));
    }

    /// <summary>Reads one answer, head and body, as text.</summary>
    public async Task<string> ReadAnswerAsync()
    {
        using var limit = Limit();
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        while (!IsWhole(answer.ToString()))
        {
            var read = await _stream.ReadAsync(buffer, limit.Token);
            if (read == 0)
                break;
            answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        return answer.ToString();
    }

    /// <summary>Sends no more, and reads on.</summary>
    public void EndSending() => _client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Reads all that comes until the service closes the connection, or resets it.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var limit = Limit();
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await _stream.ReadAsync(buffer, limit.Token)) > 0)
                text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // What it sent before a reset has been read.
        }

        return text.ToString();
    }

    /// <summary>Goes away as a client does that is killed.</summary>
    public void Abort()
    {
        _client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    public void Dispose() => _client.Dispose();

    private static bool IsWhole(string answer)
    {
        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return false;
        var length = LengthPattern().Match(answer[..end]);
        return length.Success
            ? answer.Length - end - 4 >= int.Parse(length.Groups[1].Value, CultureInfo.InvariantCulture)
            : answer.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal);
    }

    private static CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Longest);
        return limit;
    }

    [GeneratedRegex("\r\nContent-Length: ([0-9]+)", RegexOptions.IgnoreCase)]
    private static partial Regex LengthPattern();
}
