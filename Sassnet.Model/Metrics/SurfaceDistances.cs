using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Metrics;

/// <summary>
/// The distances between the borders of two masks, measured once and reduced to scores. The definitions are those of the medpy package, so that scores
/// compare with published ones: the border is every foreground voxel with a background voxel, or the grid's end, across a face.
/// </summary>
/// <remarks>
/// Empty masks never look perfect: when one mask is empty the scores are +∞, when both are they are NaN, since there is nothing to measure.
/// </remarks>
public sealed class SurfaceDistances
{
    private readonly double[] _predictionToReference;
    private readonly double[] _referenceToPrediction;

    private SurfaceDistances(double[] predictionToReference, double[] referenceToPrediction)
    {
        _predictionToReference = predictionToReference;
        _referenceToPrediction = referenceToPrediction;
    }

    /// <summary>For every border voxel of the prediction, the distance to the reference's border; +∞ when that is empty.</summary>
    public IReadOnlyList<double> PredictionToReference => _predictionToReference;

    /// <summary>For every border voxel of the reference, the distance to the prediction's border; +∞ when that is empty.</summary>
    public IReadOnlyList<double> ReferenceToPrediction => _referenceToPrediction;

    /// <summary>
    /// 95HD: the 95th percentile of the distances of both directions taken together, interpolated linearly between ranks.
    /// +∞ when one mask is empty, NaN when both are.
    /// </summary>
    public double HausdorffDistance95 => IsUndefined ? UndefinedScore : Percentile.Of([.. _predictionToReference, .. _referenceToPrediction], 95);

    /// <summary>
    /// ASD: the mean distance from the prediction's border to the reference's; one direction only, as the published tables have it.
    /// +∞ when one mask is empty, NaN when both are.
    /// </summary>
    public double AverageSurfaceDistance => IsUndefined ? UndefinedScore : _predictionToReference.Average();

    private bool IsUndefined => _predictionToReference.Length == 0 || _referenceToPrediction.Length == 0;

    private double UndefinedScore => _predictionToReference.Length == _referenceToPrediction.Length ? double.NaN : double.PositiveInfinity;

    /// <summary>Measures two masks; anything but 0 is foreground.</summary>
    /// <param name="prediction">One byte per voxel, X fastest.</param>
    /// <param name="reference">One byte per voxel, X fastest.</param>
    /// <param name="size">The grid of both.</param>
    /// <param name="voxel">Edge lengths of a voxel; the distances are in its unit.</param>
    /// <param name="maxDegreeOfParallelism">Threads used at most; −1 for all cores, 1 for the calling thread alone.</param>
    /// <exception cref="ArgumentException">The number of voxels of a mask is not the grid's.</exception>
    public static SurfaceDistances Between(
        ReadOnlyMemory<byte> prediction, ReadOnlyMemory<byte> reference, GridSize size, VoxelSize voxel, int maxDegreeOfParallelism = -1)
    {
        var boxes = (GridBox.Bounding(prediction.Span, size), GridBox.Bounding(reference.Span, size));
        if (boxes is not ({ } predicted, { } expected))
            return new SurfaceDistances(Unreachable(prediction, boxes.Item1, size), Unreachable(reference, boxes.Item2, size));

        // Both borders lie in the box that holds both masks, and a mask's border is the same there: its outside is background or beyond the grid.
        var box = predicted.Union(expected);
        var predictedBorder = MaskBorder.Of(Cropped(prediction, box, size), box.Size);
        var expectedBorder = MaskBorder.Of(Cropped(reference, box, size), box.Size);
        var squared = new float[box.Size.Count];
        return new SurfaceDistances(To(expectedBorder, predictedBorder), To(predictedBorder, expectedBorder));

        double[] To(byte[] target, byte[] border)
        {
            SquaredDistances.Compute(target, box.Size, voxel, DistanceTarget.Foreground, squared, maxDegreeOfParallelism);
            return At(border, squared);
        }
    }

    private static double[] Unreachable(ReadOnlyMemory<byte> mask, GridBox? box, GridSize size)
    {
        if (box is null)
            return [];
        var border = MaskBorder.Of(Cropped(mask, box.Value, size), box.Value.Size);
        var distances = new double[border.AsSpan().Count((byte)1)];
        distances.AsSpan().Fill(double.PositiveInfinity);
        return distances;
    }

    private static byte[] Cropped(ReadOnlyMemory<byte> mask, GridBox box, GridSize size)
    {
        var cropped = new byte[box.Size.Count];
        box.CopyFrom(mask.Span, size, cropped);
        return cropped;
    }

    private static double[] At(byte[] border, float[] squared)
    {
        var distances = new double[border.AsSpan().Count((byte)1)];
        var next = 0;
        for (var i = 0; i < border.Length; i++)
        {
            if (border[i] != 0)
                distances[next++] = Math.Sqrt(squared[i]);
        }

        return distances;
    }
}
