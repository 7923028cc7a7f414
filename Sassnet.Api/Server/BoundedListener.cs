using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Sassnet.Api.Server;

/// <summary>Accepts a connection when there is a place for it; the others wait in the system's queue, where they take no file.</summary>
internal sealed class BoundedListener(IConnectionListener listener, SemaphoreSlim places, StallWatch stalls) : IConnectionListener
{
    private readonly CancellationTokenSource _unbound = new();

    /// <inheritdoc/>
    public EndPoint EndPoint => listener.EndPoint;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _unbound.Token);
        try
        {
            await places.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (_unbound.IsCancellationRequested)
        {
            return null;
        }

        ConnectionContext? connection = null;
        try
        {
            connection = await listener.AcceptAsync(cancellationToken);
        }
        finally
        {
            if (connection is null)
                places.Release();
        }

        if (connection is null)
            return null;
        _ = stalls.FollowAsync(connection);
        return new PlacedConnection(connection, places);
    }

    /// <inheritdoc/>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync();
        await listener.UnbindAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await listener.DisposeAsync();
        _unbound.Dispose();
    }
}
