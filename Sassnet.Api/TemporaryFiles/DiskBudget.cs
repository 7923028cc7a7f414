namespace Sassnet.Api.TemporaryFiles;

/// <summary>Counts the bytes that temporary files take or will take, all requests together.</summary>
/// <param name="limit">The most of them.</param>
internal sealed class DiskBudget(long limit)
{
    private long _taken;

    /// <summary>The most bytes.</summary>
    public long Limit => limit;

    /// <summary>The bytes taken.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes bytes that are yet to be written; false where that would pass the limit.</summary>
    public bool TryTake(long bytes)
    {
        var taken = Taken;
        while (bytes <= limit - taken)
        {
            var seen = Interlocked.CompareExchange(ref _taken, taken + bytes, taken);
            if (seen == taken)
                return true;
            taken = seen;
        }

        return false;
    }

    /// <summary>Counts bytes that are written already: they leave so much less to others.</summary>
    public void Take(long bytes) => Interlocked.Add(ref _taken, bytes);

    /// <summary>Gives bytes back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
