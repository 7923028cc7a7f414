using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Sassnet.Api.Configuration;

namespace Sassnet.Api.Server;

/// <summary>
/// Accepts no more connections than may be open, and a few that are being refused. The server's own limit closes those above it, but only after it has accepted
/// all that wait, each of which takes a file: where the processors are busy that was more than <see cref="OpenFiles"/> has to give, and ended the process.
/// </summary>
internal sealed class BoundedListeners(SocketTransportFactory sockets, StallWatch stalls, IOptions<KestrelServerOptions> kestrel)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    // Enough that refusing keeps up with who comes, and few beside what OpenFiles keeps for the runtime.
    private const int BeingRefused = 32;

    private readonly Lazy<SemaphoreSlim> _places = new(() => new SemaphoreSlim((int)kestrel.Value.Limits.MaxConcurrentConnections!.Value + BeingRefused));

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => sockets.CanBind(endpoint);

    /// <inheritdoc/>
    /// <exception cref="StartException">This machine has no such address, or this user may not listen there.</exception>
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            return new BoundedListener(await sockets.BindAsync(endpoint, cancellationToken), _places.Value, stalls);
        }
        catch (SocketException failure)
        {
            throw new StartException($"The service cannot listen on {endpoint}: {failure.Message}.", failure);
        }
    }
}
