using System.Net;
using System.Net.Sockets;

namespace Sassnet.Api.Tests.Service;

/// <summary>Ports of the loopback address on which nothing listens, for servers that are told theirs.</summary>
internal static class FreePorts
{
    // Below those of which Linux gives one to each connection that is made. A server that is away for a while would find its own taken: even whoever tries to reach
    // it there may be given it, and then reaches itself.
    private const int First = 20_000;
    private const int Beyond = 32_768;

    public static int One() => Several(1)[0];

    public static int[] Several(int count)
    {
        // All open at once, so that no two are the same.
        var free = new List<TcpListener>();
        while (free.Count < count)
        {
            var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(First, Beyond));
            try
            {
                listener.Start();
                free.Add(listener);
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                listener.Dispose();
            }
        }

        int[] ports = [.. free.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        free.ForEach(listener => listener.Dispose());
        return ports;
    }
}
