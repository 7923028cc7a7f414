using System.Buffers;
using System.Collections.Concurrent;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Preprocessing;

/// <summary>
/// Resamples a box of one grid into a box of another in one pass over the planes across Z, which threads share: what lies between the passes along the axes is a
/// plane or two that stay in the cache, and the grids around the boxes are never copied.
/// </summary>
/// <remarks>
/// An axis that shrinks goes before one that does not, so that the others have less to do; of X and Y that one that shrinks more, of two alike Y where they shrink,
/// since the pass along X is the slowest, and X where they grow.
/// </remarks>
internal sealed class GridResampling
{
    private readonly AxisWeights _x;
    private readonly AxisWeights _y;
    private readonly AxisWeights _z;
    private readonly bool _isYFirst;

    /// <summary>Takes the weights of the three axes of the boxes.</summary>
    public GridResampling(AxisWeights x, AxisWeights y, AxisWeights z)
    {
        (_x, _y, _z) = (x, y, z);
        _isYFirst = y.IsCopy || y.Ratio < x.Ratio || (y.Ratio == x.Ratio && y.Ratio < 1);
    }

    /// <summary>Resamples.</summary>
    /// <param name="source">Values on the grid <paramref name="sourceGrid"/>, X fastest.</param>
    /// <param name="sourceGrid">Their grid.</param>
    /// <param name="from">The box in it that the weights lead from.</param>
    /// <param name="target">Values on the grid <paramref name="targetGrid"/>, X fastest; those outside the box stay.</param>
    /// <param name="targetGrid">Their grid.</param>
    /// <param name="to">The box in it that the weights lead to.</param>
    public void Run(float[] source, GridSize sourceGrid, GridBox from, float[] target, GridSize targetGrid, GridBox to)
    {
        var (sourcePlane, targetPlane) = (sourceGrid.X * sourceGrid.Y, targetGrid.X * targetGrid.Y);
        var (first, firstTarget) = (sourceGrid.IndexOf(from.Start.X, from.Start.Y, from.Start.Z), targetGrid.IndexOf(to.Start.X, to.Start.Y, to.Start.Z));

        // Neighbouring planes lean on the same ones: each thread takes a few that lie together.
        var planes = Partitioner.Create(0, to.Size.Z, Math.Max(1, (to.Size.Z + (2 * Environment.ProcessorCount) - 1) / (2 * Environment.ProcessorCount)));
        SharedLoop.Run(() => Parallel.ForEach(planes, range =>
        {
            var pass = new Planes(this, from.Size, to.Size);
            for (var z = range.Item1; z < range.Item2; z++)
            {
                var made = target.AsSpan(firstTarget + (z * targetPlane));
                if (_z.Ratio <= 1)
                    pass.FromSum(source.AsSpan(first), (sourceGrid.X, sourcePlane), z, made, targetGrid.X);
                else
                    pass.SumOf(source.AsSpan(first), (sourceGrid.X, sourcePlane), z, made, targetGrid.X);
            }

            pass.Return();
        }));
    }

    // Along X and Y.
    private void Resample(ReadOnlySpan<float> source, int sourceStride, Span<float> between, Span<float> target, int targetStride)
    {
        for (var y = 0; _isYFirst && y < _y.NewLength; y++)
            _x.Apply(_y.Sum(source, sourceStride, y, _x.OldLength, between), target.Slice(y * targetStride, _x.NewLength));
        if (_isYFirst)
            return;
        for (var y = 0; y < _y.OldLength; y++)
            _x.Apply(source.Slice(y * sourceStride, _x.OldLength), between.Slice(y * _x.NewLength, _x.NewLength));
        for (var y = 0; y < _y.NewLength; y++)
            _y.SumInto(between, _x.NewLength, y, target.Slice(y * targetStride, _x.NewLength));
    }

    /// <summary>What one thread needs to make planes one after the other.</summary>
    private sealed class Planes(GridResampling axes, GridSize from, GridSize to)
    {
        private readonly float[] _between = ArrayPool<float>.Shared.Rent(axes._isYFirst ? from.X : to.X * from.Y);
        private readonly float[] _kept = ArrayPool<float>.Shared.Rent(axes._z.Ratio <= 1 ? from.X * from.Y : axes._z.Most * to.X * to.Y);
        private readonly int[] _numbers = [.. Enumerable.Repeat(-1, axes._z.Most)];

        /// <summary>Where Z shrinks: sums planes of the source, then resamples the sum.</summary>
        public void FromSum(ReadOnlySpan<float> source, (int Row, int Plane) strides, int z, Span<float> target, int targetStride)
        {
            var weights = axes._z;
            if (weights.IsCopy)
            {
                axes.Resample(source[(weights.First(z) * strides.Plane)..], strides.Row, _between, target, targetStride);
                return;
            }

            for (var y = 0; y < from.Y; y++)
                weights.SumInto(source[(y * strides.Row)..], strides.Plane, z, _kept.AsSpan(y * from.X, from.X));
            axes.Resample(_kept, from.X, _between, target, targetStride);
        }

        /// <summary>Where Z grows: resamples planes of the source, each kept while the next planes lean on it, then sums them.</summary>
        public void SumOf(ReadOnlySpan<float> source, (int Row, int Plane) strides, int z, Span<float> target, int targetStride)
        {
            var (weights, plane, first) = (axes._z, to.X * to.Y, axes._z.First(z));
            for (var number = first; number < first + weights.Most; number++)
            {
                var slot = number % weights.Most;
                if (_numbers[slot] == number)
                    continue;
                _numbers[slot] = number;
                axes.Resample(source[(number * strides.Plane)..], strides.Row, _between, _kept.AsSpan(slot * plane, plane), to.X);
            }

            for (var y = 0; y < to.Y; y++)
                weights.SumInto(_kept.AsSpan(y * to.X), plane, z, target.Slice(y * targetStride, to.X), wrap: weights.Most);
        }

        public void Return()
        {
            ArrayPool<float>.Shared.Return(_between);
            ArrayPool<float>.Shared.Return(_kept);
        }
    }
}
