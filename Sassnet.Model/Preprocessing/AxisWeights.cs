using System.Numerics;
using System.Runtime.InteropServices;

namespace Sassnet.Model.Preprocessing;

/// <summary>For each voxel of a resampled axis, the old voxels it averages and their weights, which sum to 1.</summary>
internal sealed class AxisWeights
{
    private readonly int[] _first;

    // For each old voxel under a new one, by its place after the first, the weights of all new voxels: where fewer lie under it, the others have weight 0.
    private readonly float[][] _weights;

    private AxisWeights(int oldLength, int[] first, float[][] weights)
    {
        OldLength = oldLength;
        var most = weights.Max(under => under.Length);
        _first = Array.ConvertAll(first, index => Math.Min(index, oldLength - most));
        _weights = [.. Enumerable.Range(0, most).Select(_ => new float[first.Length])];
        for (var i = 0; i < first.Length; i++)
        {
            for (var k = 0; k < weights[i].Length; k++)
                _weights[first[i] - _first[i] + k][i] = weights[i][k];
        }

        IsIdentity = IsCopy && NewLength == oldLength && _first.AsSpan().SequenceEqual([.. Enumerable.Range(0, oldLength)]);
    }

    /// <summary>Voxels of the old axis.</summary>
    public int OldLength { get; }

    /// <summary>Voxels of the new axis.</summary>
    public int NewLength => _first.Length;

    /// <summary>New voxels for each old one.</summary>
    public double Ratio => (double)NewLength / OldLength;

    /// <summary>How many old voxels lie under a new one at most.</summary>
    public int Most => _weights.Length;

    /// <summary>Whether every new voxel is an old one.</summary>
    public bool IsCopy => Most == 1;

    /// <summary>Whether every new voxel is the old one at the same place.</summary>
    public bool IsIdentity { get; }

    /// <summary>Weights for two axes with a common centre.</summary>
    /// <param name="oldLength">Voxels of the old axis.</param>
    /// <param name="newLength">Voxels of the new axis.</param>
    /// <param name="step">The new voxel's length in old voxels.</param>
    /// <param name="isMirrored">Whether the new axis runs against the old one.</param>
    public static AxisWeights Between(int oldLength, int newLength, double step, bool isMirrored = false)
    {
        var first = new int[newLength];
        var weights = new float[newLength][];
        var reach = Math.Max(1, step) / 2;
        for (var i = 0; i < newLength; i++)
        {
            var centre = ((oldLength - 1) / 2.0) + ((i - ((newLength - 1) / 2.0)) * step);
            (first[i], weights[i]) = Under(centre - reach, centre + reach, oldLength);
        }

        // The axes have one centre: what the first new voxel sees from one end, the last sees from the other.
        if (isMirrored)
        {
            Array.Reverse(first);
            Array.Reverse(weights);
        }

        return new AxisWeights(oldLength, first, weights);
    }

    /// <summary>The first of the old voxels under a new one.</summary>
    public int First(int index) => _first[index];

    /// <summary>Resamples a row that lies along the axis.</summary>
    public void Apply(ReadOnlySpan<float> row, Span<float> target)
    {
        if (IsIdentity)
        {
            row.CopyTo(target);
            return;
        }

        ReadOnlySpan<int> first = _first;
        for (var k = 0; k < _weights.Length; k++)
        {
            ReadOnlySpan<float> weights = _weights[k];
            var under = row[k..];
            if (k == 0)
            {
                for (var i = 0; i < target.Length; i++)
                    target[i] = under[first[i]] * weights[i];
            }
            else
            {
                for (var i = 0; i < target.Length; i++)
                    target[i] += under[first[i]] * weights[i];
            }
        }
    }

    /// <summary>The weighted sum of the rows that lie across the axis under one of its new voxels; a row itself where that is one.</summary>
    /// <param name="rows">The rows of the old axis.</param>
    /// <param name="stride">From one to the next.</param>
    /// <param name="index">The new voxel.</param>
    /// <param name="length">A row's length.</param>
    /// <param name="buffer">Room for a row.</param>
    public ReadOnlySpan<float> Sum(ReadOnlySpan<float> rows, int stride, int index, int length, Span<float> buffer)
    {
        if (IsCopy)
            return rows.Slice(_first[index] * stride, length);
        SumInto(rows, stride, index, buffer[..length]);
        return buffer[..length];
    }

    /// <summary>Writes the weighted sum of the rows that lie across the axis under one of its new voxels.</summary>
    /// <param name="rows">The rows of the old axis.</param>
    /// <param name="stride">From one to the next.</param>
    /// <param name="index">The new voxel.</param>
    /// <param name="target">Where to; a row's length.</param>
    /// <param name="wrap">How many rows are kept, where not all are: row n is then at the place n modulo this.</param>
    public void SumInto(ReadOnlySpan<float> rows, int stride, int index, Span<float> target, int wrap = int.MaxValue)
    {
        var first = _first[index];
        if (IsCopy)
        {
            Row(rows, stride, first % wrap, target.Length).CopyTo(target);
            return;
        }

        Sum(Row(rows, stride, first % wrap, target.Length), _weights[0][index], Row(rows, stride, (first + 1) % wrap, target.Length), _weights[1][index], target);
        for (var k = 2; k < Most; k++)
        {
            if (_weights[k][index] is not 0 and var weight)
                Add(Row(rows, stride, (first + k) % wrap, target.Length), weight, target);
        }
    }

    private static ReadOnlySpan<float> Row(ReadOnlySpan<float> rows, int stride, int number, int length) => rows.Slice(number * stride, length);

    // The overlap of an interval with each voxel [k − ½, k + ½], as a fraction of the interval; what lies outside counts for the outermost voxel.
    private static (int First, float[] Weights) Under(double low, double high, int length)
    {
        var from = Math.Clamp((int)Math.Floor(low + 0.5), 0, length - 1);
        var to = Math.Clamp((int)Math.Ceiling(high - 0.5), 0, length - 1);
        var overlaps = new List<double>();
        for (var k = from; k <= to; k++)
        {
            var start = k == 0 ? double.NegativeInfinity : k - 0.5;
            var end = k == length - 1 ? double.PositiveInfinity : k + 0.5;
            overlaps.Add(Math.Max(0, Math.Min(high, end) - Math.Max(low, start)));
        }

        // Slivers of rounding error would cost a pass each and spoil the identity.
        var total = high - low;
        while (overlaps.Count > 1 && overlaps[^1] < 1e-7 * total)
            overlaps.RemoveAt(overlaps.Count - 1);
        while (overlaps.Count > 1 && overlaps[0] < 1e-7 * total)
        {
            overlaps.RemoveAt(0);
            from++;
        }

        var sum = overlaps.Sum();
        return (from, [.. overlaps.Select(overlap => (float)(overlap / sum))]);
    }

    private static void Sum(ReadOnlySpan<float> one, float weight, ReadOnlySpan<float> other, float otherWeight, Span<float> target)
    {
        var ones = MemoryMarshal.Cast<float, Vector<float>>(one);
        var others = MemoryMarshal.Cast<float, Vector<float>>(other);
        var sums = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var i = 0; i < sums.Length; i++)
            sums[i] = (ones[i] * weight) + (others[i] * otherWeight);
        for (var i = sums.Length * Vector<float>.Count; i < target.Length; i++)
            target[i] = (one[i] * weight) + (other[i] * otherWeight);
    }

    private static void Add(ReadOnlySpan<float> row, float weight, Span<float> target)
    {
        var rows = MemoryMarshal.Cast<float, Vector<float>>(row);
        var sums = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var i = 0; i < sums.Length; i++)
            sums[i] += rows[i] * weight;
        for (var i = sums.Length * Vector<float>.Count; i < target.Length; i++)
            target[i] += row[i] * weight;
    }
}
