using System.Net.Sockets;

namespace Sassnet.Api.Tests.Service;

/// <summary>A client with a small window of receipt: what it has not asked for yet is still with the server.</summary>
internal static class NarrowClient
{
    public static HttpClient To(TestService service) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 16 * 1024 };
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = service.Address,
    };
}
