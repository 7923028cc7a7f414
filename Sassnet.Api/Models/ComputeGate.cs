namespace Sassnet.Api.Models;

/// <summary>
/// Lets one inference run at a time, whichever model it belongs to. One already uses every core or the whole device; two side by side
/// would take as long as one after the other, and twice the memory.
/// </summary>
internal sealed class ComputeGate : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Waits until nothing else runs, then runs <paramref name="work"/>.</summary>
    public void Run(Action work, CancellationToken cancellation)
    {
        _gate.Wait(cancellation);
        try
        {
            work();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
