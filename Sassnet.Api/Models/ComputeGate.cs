using Sassnet.Model.Native;

namespace Sassnet.Api.Models;

/// <summary>
/// Lets one inference run at a time, whichever model it belongs to. One already uses every core or the whole device; two side by side
/// would take as long as one after the other, and twice the memory.
/// </summary>
internal sealed class ComputeGate : IDisposable
{
    // Freed memory that stays with the process besides what it had when it was last given back: what scans of ordinary size take.
    private const long KeptBytes = 1L << 30;

    private readonly SemaphoreSlim _gate = new(1, 1);

    private long _residentBytes;

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
            GiveBack();
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    // What work freed makes the next one faster, up to a point: a large volume must not hold the memory of a machine for good.
    private void GiveBack()
    {
        if (Environment.WorkingSet - _residentBytes < KeptBytes)
            return;
        FreedMemory.GiveBack();
        _residentBytes = Environment.WorkingSet;
    }
}
