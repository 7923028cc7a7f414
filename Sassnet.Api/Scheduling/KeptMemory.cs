using Sassnet.Model.Native;

namespace Sassnet.Api.Scheduling;

/// <summary>
/// Gives freed memory back to the system. What work freed makes the next one faster, up to a point: a large volume must not hold the memory of a machine for
/// good. Safe to use from several threads.
/// </summary>
internal sealed class KeptMemory
{
    // Freed memory that stays with the process besides what it had when it was last given back: what scans of ordinary size take.
    private const long KeptBytes = 1L << 30;

    private readonly Lock _lock = new();
    private long _residentBytes;

    /// <summary>Gives it back where there is much.</summary>
    /// <param name="inUse">Bytes that scans under way may have.</param>
    public void GiveBack(long inUse)
    {
        if (!_lock.TryEnter())
            return;
        try
        {
            if (Environment.WorkingSet - _residentBytes - inUse < KeptBytes)
                return;
            FreedMemory.GiveBack();
            _residentBytes = Math.Max(0, Environment.WorkingSet - inUse);
        }
        finally
        {
            _lock.Exit();
        }
    }
}
