using System.Net;
using System.Net.Sockets;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Server;

public sealed class ConnectionTests
{
    [Fact]
    public async Task Idle_connections_that_would_use_up_the_open_files_neither_end_the_process_nor_keep_others_out()
    {
        await using var service = await ServiceProcess.StartAsync(1024, ("Sassnet__Server__KeepAlive", "00:00:05"));
        var idle = new List<TcpClient>();
        for (var connection = 0; connection < 764; connection++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, service.Address.Port, TestContext.Current.CancellationToken);
            idle.Add(client);
        }

        // Their places are free again as soon as the idle ones have been closed.
        var answers = await Task.WhenAll(AnswerAsync(service), AnswerAsync(service));
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], answers);
        Assert.False(service.HasExited);
        idle.ForEach(client => client.Dispose());
        service.SendTerminate();
        Assert.Equal(0, await service.ExitAsync());
    }

    [Fact]
    public async Task Connections_that_came_while_the_process_was_held_up_do_not_use_up_the_open_files_either()
    {
        await using var service = await ServiceProcess.StartAsync(1024);
        var before = service.OpenHandles;
        service.Stop();
        var waiting = Enumerable.Range(0, 500).Select(_ => new TcpClient()).ToList();
        await Task.WhenAll(waiting.Select(client => client.ConnectAsync(IPAddress.Loopback, service.Address.Port, TestContext.Current.CancellationToken).AsTask()));
        service.Continue();

        // 272 may be open, and 32 more while they are refused; the rest is for what the runtime opens by itself.
        var most = 0;
        for (var tries = 0; tries < 12_000 && most < 250; tries++)
            await LookAsync();

        // On a busy machine it takes a while until they are taken, and those that are too many come last.
        for (var looks = 0; looks < 200; looks++)
            await LookAsync();
        Assert.InRange(most, 250, 340);
        waiting.ForEach(client => client.Dispose());
        Assert.Equal(HttpStatusCode.OK, await AnswerAsync(service));

        async Task LookAsync()
        {
            most = Math.Max(most, service.OpenHandles - before);
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task No_more_connections_than_configured_are_taken()
    {
        await using var service = await TestService.StartAsync(("Sassnet:Server:MaxConnections", "5"));
        var connections = new List<TcpClient>();
        for (var connection = 0; connection < 8; connection++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, service.Address.Port, TestContext.Current.CancellationToken);
            connections.Add(client);
        }

        // One more than the limit, at least, is closed while nothing was sent.
        var closed = connections.Select(client => client.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken).AsTask()).ToList();
        Assert.Equal(0, await await Task.WhenAny(closed));
        connections.ForEach(client => client.Dispose());
    }

    private static async Task<HttpStatusCode> AnswerAsync(ServiceProcess service)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                using var client = new HttpClient { BaseAddress = service.Address };
                using var response = await client.PostAsync("/segment", new ByteArrayContent(Scan.Small), TestContext.Current.CancellationToken);
                return response.StatusCode;
            }
            catch (HttpRequestException) when (tries < 300 && !service.HasExited)
            {
                await Task.Delay(200, TestContext.Current.CancellationToken);
            }
        }
    }
}
