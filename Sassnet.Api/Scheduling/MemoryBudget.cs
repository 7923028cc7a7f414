namespace Sassnet.Api.Scheduling;

/// <summary>The memory of the scans under way. Not safe to use from several threads.</summary>
/// <param name="limit">The most bytes, of more than one scan.</param>
internal sealed class MemoryBudget(long limit)
{
    /// <summary>The bytes taken.</summary>
    public long Taken { get; private set; }

    /// <summary>Whether nobody could take any.</summary>
    public bool IsFull => Taken >= limit;

    /// <summary>Takes bytes where there are as many left. What is more than the limit is taken when nobody else has any.</summary>
    public bool TryTake(long bytes)
    {
        if (Taken > 0 && bytes > limit - Taken)
            return false;
        Taken += bytes;
        return true;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(long bytes) => Taken -= bytes;
}
