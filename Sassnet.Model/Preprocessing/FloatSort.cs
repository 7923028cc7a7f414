using System.Runtime.InteropServices;

namespace Sassnet.Model.Preprocessing;

/// <summary>
/// Sorts floats by their bits, 11 at a time, from the last to the first (radix sort): linear in their number, where comparing each with others took most of the
/// time of normalising a scan.
/// </summary>
internal static class FloatSort
{
    private const int Bits = 11;
    private const int Buckets = 1 << Bits;
    private const int Passes = 3;

    // Fewer than this, and counting the buckets takes longer than comparing.
    private const int Fewest = 4 * Buckets;

    /// <summary>Sorts in place, the lowest first. As <see cref="Array.Sort{T}(T[])"/> does, with NaN before all numbers.</summary>
    public static void Sort(float[] values)
    {
        if (values.Length < Fewest)
        {
            Array.Sort(values);
            return;
        }

        var keys = MemoryMarshal.Cast<float, uint>(values.AsSpan());
        var counts = new int[Passes * Buckets];
        for (var i = 0; i < keys.Length; i++)
        {
            var key = keys[i] = Key(keys[i]);
            for (var pass = 0; pass < Passes; pass++)
                counts[(pass * Buckets) + Digit(key, pass)]++;
        }

        // An odd number of passes ends in the other array.
        Span<uint> other = GC.AllocateUninitializedArray<uint>(keys.Length);
        for (var pass = 0; pass < Passes; pass++)
        {
            var places = counts.AsSpan(pass * Buckets, Buckets);
            Accumulate(places);
            Scatter(pass % 2 == 0 ? keys : other, pass % 2 == 0 ? other : keys, places, pass);
        }

        for (var i = 0; i < keys.Length; i++)
            keys[i] = Value(other[i]);
    }

    private static void Scatter(ReadOnlySpan<uint> from, Span<uint> to, Span<int> places, int pass)
    {
        foreach (var key in from)
            to[places[Digit(key, pass)]++] = key;
    }

    // From how many there are of each to where the first of them goes.
    private static void Accumulate(Span<int> counts)
    {
        var sum = 0;
        foreach (ref var count in counts)
            (count, sum) = (sum, sum + count);
    }

    private static int Digit(uint key, int pass) => (int)(key >> (pass * Bits)) & (Buckets - 1);

    // The bits of negative floats grow as the floats fall, and those of positive ones lie below them.
    private static uint Key(uint bits) => float.IsNaN(BitConverter.UInt32BitsToSingle(bits)) ? 0 : (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;

    private static uint Value(uint key) => key == 0 ? BitConverter.SingleToUInt32Bits(float.NaN) : (key & 0x8000_0000) != 0 ? key & 0x7FFF_FFFF : ~key;
}
