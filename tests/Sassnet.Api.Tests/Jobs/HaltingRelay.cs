using System.Net;
using System.Net.Sockets;

namespace Sassnet.Api.Tests.Jobs;

/// <summary>Passes on what a server and its clients say to each other, and from some byte on nothing of what the server says, while every connection stays.</summary>
internal sealed class HaltingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly IPEndPoint _server;
    private readonly Task _accepting;
    private long _left = long.MaxValue;

    public HaltingRelay(IPEndPoint server)
    {
        _server = server;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients reach it.</summary>
    public string Endpoint => $"http://{_listener.LocalEndpoint}";

    /// <summary>Passes on so much of what the server says from now on, and then nothing.</summary>
    public void HaltAfter(long bytes) => Interlocked.Exchange(ref _left, bytes);

    /// <summary>Passes on all again.</summary>
    public void GoOn() => HaltAfter(long.MaxValue);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        var pairs = new List<Task>();
        try
        {
            while (true)
                pairs.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_ending.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(pairs);
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        {
            using var server = new TcpClient();
            try
            {
                await server.ConnectAsync(_server, _ending.Token);
                await await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream(), _ending.Token), AnswerAsync(server.GetStream(), client.GetStream()));
            }
            catch (Exception end) when (end is IOException or SocketException or OperationCanceledException)
            {
                // One of the two has gone.
            }
        }
    }

    private async Task AnswerAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[4096];
        while (await from.ReadAsync(buffer, _ending.Token) is var count && count > 0)
        {
            while (Interlocked.Add(ref _left, -count) < 0)
            {
                Interlocked.Add(ref _left, count);
                await Task.Delay(50, _ending.Token);
            }

            await to.WriteAsync(buffer.AsMemory(0, count), _ending.Token);
        }
    }
}
