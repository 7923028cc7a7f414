using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Sassnet.Api.Server;

/// <summary>
/// Ends connections whose clients take next to nothing of what is there for them. The server's own limit is an average over all of an answer: who took the first
/// part fast may stand still for hours after it, while the answer counts against the room for all.
/// </summary>
/// <param name="slowest">What a client has to take over each such time in which more is there for him all along.</param>
/// <param name="clock">Measures it.</param>
internal sealed class StallWatch(MinDataRate slowest, TimeProvider clock)
{
    private const int Looks = 6;

    // From linux/tcp.h: IPPROTO_TCP, TCP_INFO, and where in it tcpi_bytes_acked and tcpi_notsent_bytes lie.
    private const int Tcp = 6;
    private const int Info = 11;
    private const int AcknowledgedAt = 120;
    private const int UnsentAt = 144;
    private const int InfoBytes = UnsentAt + sizeof(uint);

    /// <summary>Watches a connection until it is closed.</summary>
    public async Task FollowAsync(ConnectionContext connection)
    {
        // Of others, such as a Unix domain socket of a proxy on this machine, the kernel does not say it.
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { ProtocolType: ProtocolType.Tcp } socket)
            return;
        var (closed, longest) = (connection.ConnectionClosed, slowest.GracePeriod);
        var enough = (ulong)(slowest.BytesPerSecond * longest.TotalSeconds);
        var (taken, since) = (0UL, clock.GetTimestamp());
        while (true)
        {
            await Task.Delay(longest / Looks, clock, closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (closed.IsCancellationRequested || TryLook(socket) is not var (acknowledged, isMore))
                return;
            if (!isMore || acknowledged - taken >= enough)
            {
                (taken, since) = (acknowledged, clock.GetTimestamp());
            }
            else if (clock.GetElapsedTime(since) >= longest)
            {
                connection.Abort(new ConnectionAbortedException("The client takes next to nothing of what is there for it."));
                return;
            }
        }
    }

    // The kernel is asked, and not how long a write waits: its buffers hold megabytes, and are not refilled before a good part of them is sent. Nor is its own limit
    // for what stands still (TCP_USER_TIMEOUT) of use: it ended connections whose clients read on, slowly, into small buffers.
    private static (ulong Acknowledged, bool IsMore)? TryLook(Socket socket)
    {
        Span<byte> info = stackalloc byte[InfoBytes];
        try
        {
            return socket.GetRawSocketOption(Tcp, Info, info) == InfoBytes
                ? (BinaryPrimitives.ReadUInt64LittleEndian(info[AcknowledgedAt..]), BinaryPrimitives.ReadUInt32LittleEndian(info[UnsentAt..]) > 0)
                : null;
        }
        catch (Exception gone) when (gone is ObjectDisposedException or SocketException)
        {
            return null;
        }
    }
}
