using System.Numerics;
using System.Runtime.InteropServices;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Preprocessing;

/// <summary>For each voxel of a resampled axis, the old voxels it averages and their weights, which sum to 1.</summary>
internal sealed class AxisWeights
{
    // Floats that stay in the first-level cache while they are summed.
    private const int Chunk = 2048;

    private readonly int _oldLength;
    private readonly int[] _first;

    // For each old voxel under a new one, by its place after the first, the weights of all new voxels: where fewer lie under it, the others have weight 0.
    private readonly float[][] _weights;

    private AxisWeights(int oldLength, int[] first, float[][] weights)
    {
        _oldLength = oldLength;
        var most = weights.Max(under => under.Length);
        _first = Array.ConvertAll(first, index => Math.Min(index, oldLength - most));
        _weights = [.. Enumerable.Range(0, most).Select(_ => new float[first.Length])];
        for (var i = 0; i < first.Length; i++)
        {
            for (var k = 0; k < weights[i].Length; k++)
                _weights[first[i] - _first[i] + k][i] = weights[i][k];
        }
    }

    /// <summary>Whether every new voxel is the old one at the same place.</summary>
    public bool IsIdentity => _first.Length == _oldLength && _weights.Length == 1;

    /// <summary>Weights for two axes with a common centre.</summary>
    /// <param name="oldLength">Voxels of the old axis.</param>
    /// <param name="newLength">Voxels of the new axis.</param>
    /// <param name="step">The new voxel's length in old voxels.</param>
    public static AxisWeights Between(int oldLength, int newLength, double step)
    {
        var first = new int[newLength];
        var weights = new float[newLength][];
        var reach = Math.Max(1, step) / 2;
        for (var i = 0; i < newLength; i++)
        {
            var centre = ((oldLength - 1) / 2.0) + ((i - ((newLength - 1) / 2.0)) * step);
            (first[i], weights[i]) = Under(centre - reach, centre + reach, oldLength);
        }

        return new AxisWeights(oldLength, first, weights);
    }

    /// <summary>Resamples one axis of a grid into a new array.</summary>
    public float[] Apply(float[] voxels, GridSize size, int axis)
    {
        // Seen from the axis: `inner` values run faster than it, `outer` slower.
        var inner = axis switch { 0 => 1, 1 => size.X, _ => size.X * size.Y };
        var outer = axis switch { 0 => size.Y * size.Z, 1 => size.Z, _ => 1 };
        var result = GC.AllocateUninitializedArray<float>(checked((int)((long)inner * outer * _first.Length)));
        if (axis == 0)
            Parallel.For(0, outer, row => WeighRow(voxels.AsSpan(row * _oldLength, _oldLength), result.AsSpan(row * _first.Length, _first.Length)));
        else
            Parallel.For(0, outer * _first.Length, index => SumSlabs(voxels, result, inner, index));
        return result;
    }

    private void WeighRow(ReadOnlySpan<float> source, Span<float> target)
    {
        ReadOnlySpan<int> first = _first;
        for (var k = 0; k < _weights.Length; k++)
        {
            ReadOnlySpan<float> weights = _weights[k];
            var under = source[k..];
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

    private void SumSlabs(float[] voxels, float[] result, int inner, int index)
    {
        var (block, i) = Math.DivRem(index, _first.Length);
        var source = voxels.AsSpan(((block * _oldLength) + _first[i]) * inner, _weights.Length * inner);
        var target = result.AsSpan(index * inner, inner);
        for (var start = 0; start < inner; start += Chunk)
        {
            var chunk = target[start..Math.Min(inner, start + Chunk)];
            Scale(source.Slice(start, chunk.Length), _weights[0][i], chunk);
            for (var k = 1; k < _weights.Length; k++)
            {
                if (_weights[k][i] is not 0 and var weight)
                    AddScaled(source.Slice((k * inner) + start, chunk.Length), weight, chunk);
            }
        }
    }

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

    private static void Scale(ReadOnlySpan<float> source, float weight, Span<float> target)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(source);
        var scaled = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var i = 0; i < scaled.Length; i++)
            scaled[i] = vectors[i] * weight;
        for (var i = scaled.Length * Vector<float>.Count; i < target.Length; i++)
            target[i] = source[i] * weight;
    }

    private static void AddScaled(ReadOnlySpan<float> source, float weight, Span<float> target)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(source);
        var sums = MemoryMarshal.Cast<float, Vector<float>>(target);
        for (var i = 0; i < sums.Length; i++)
            sums[i] += vectors[i] * weight;
        for (var i = sums.Length * Vector<float>.Count; i < target.Length; i++)
            target[i] += source[i] * weight;
    }
}
