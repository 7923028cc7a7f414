using System.Net;
using System.Net.Sockets;

namespace Sassnet.Api.Tests.Service;

/// <summary>Ports of the loopback address on which nothing listens, for servers that are told theirs.</summary>
internal static class FreePorts
{
    public static int One() => Several(1)[0];

    public static int[] Several(int count)
    {
        // All open at once, so that no two are the same.
        var free = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        free.ForEach(listener => listener.Start());
        int[] ports = [.. free.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        free.ForEach(listener => listener.Dispose());
        return ports;
    }
}
