namespace Sassnet.Model.Dicom.Decoders;

/// <summary>
/// A user that a decoder runs as, of those that nothing else runs as and that no file belongs to. The kernel counts a user's processes together, those of other
/// services on the same machine too, so that each decoder gets the one that the fewest others of this process have: as one user, more decoders at once than a
/// decoder may start processes could not start at all. Dispose it when the decoder has ended.
/// </summary>
internal sealed class DecoderUser : IDisposable
{
    // Given to nobody by Debian or by systemd, whose dynamic users end before; 65534 is nobody.
    private const int First = 65520;
    private const int Count = 14;

    private static readonly Lock Guard = new();
    private static readonly int[] Programs = new int[Count];

    // Several services on a machine do not all begin with the same.
    private static readonly int Start = Environment.ProcessId % Count;

    private readonly int _index;

    private DecoderUser(int index, int others)
    {
        _index = index;
        Others = others;
    }

    /// <summary>The number of the user, and of its group.</summary>
    public int Id => First + _index;

    /// <summary>How many decoders of this process ran as the same user when this was taken.</summary>
    public int Others { get; }

    /// <summary>Takes the one that the fewest have.</summary>
    public static DecoderUser Take()
    {
        lock (Guard)
        {
            var index = Enumerable.Range(Start, Count).Select(number => number % Count).MinBy(number => Programs[number]);
            return new DecoderUser(index, Programs[index]++);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Guard)
            Programs[_index]--;
    }
}
