using Sassnet.Model.Metrics;
using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>The stage <c>measure</c>: the segmentation that the maps draw, and what can be said of it without the truth.</summary>
/// <param name="Segmentation">The label where the probability is above the threshold (and in the largest component, when asked), else 0.</param>
/// <param name="ComponentsFound">Connected components (26 neighbours) above the threshold.</param>
/// <param name="ComponentsRemoved">How many of them were removed.</param>
/// <param name="LargestShare">The share of the voxels above the threshold that lie in the largest component, in (0, 1]; NaN when there are none.</param>
/// <param name="HeadAgreement">
/// Dice between (probability &gt; threshold) and (Sdm &lt; 0), before components are removed: a quality flag that needs no ground truth.
/// In [0, 1]; NaN when both are empty.
/// </param>
/// <param name="Voxels">How many voxels have the label.</param>
/// <param name="VolumeMl">Their volume in millilitres.</param>
/// <param name="Box">The smallest box around them; null when there are none.</param>
public sealed record Measurement(
    LabelMap Segmentation, int ComponentsFound, int ComponentsRemoved, double LargestShare, double HeadAgreement, long Voxels, double VolumeMl, GridBox? Box)
{
    private const double CubicMillimetresPerMillilitre = 1000;

    /// <summary>Draws and measures the segmentation of two maps.</summary>
    /// <param name="maps">The maps, on one grid.</param>
    /// <param name="request">Threshold and clean-up.</param>
    /// <param name="label">The label's value, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is out of its range.</exception>
    public static Measurement Of(RestoredMaps maps, SegmentationRequest request, byte label)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(request);
        request.Check();
        var (size, affine) = (maps.Probability.Size, maps.Probability.Affine);
        var mask = Above(maps.Probability.Voxels, request.Threshold, label);
        var agreement = Agreement(mask, maps.Sdm.Voxels).Dice;
        var components = ConnectedComponents.Of(mask, size, Connectivity.Corner);
        var share = components.Count == 0 ? double.NaN : components.Sizes[components.Largest] / (double)components.Sizes.Sum();
        var removed = request.KeepLargest ? components.ClearOthers(mask) : 0;
        var voxels = mask.LongLength - mask.AsSpan().Count((byte)0);
        var volume = voxels * Math.Abs(affine.Determinant) / CubicMillimetresPerMillilitre;
        return new Measurement(new LabelMap(size, mask, affine), components.Count, removed, share, agreement, voxels, volume, GridBox.Bounding(mask, size));
    }

    private static byte[] Above(ReadOnlySpan<float> probability, float threshold, byte label)
    {
        var mask = new byte[probability.Length];
        for (var i = 0; i < mask.Length; i++)
            mask[i] = probability[i] > threshold ? label : (byte)0;
        return mask;
    }

    // How far a mask and the inside of a signed distance map, where it is negative, cover the same voxels.
    private static Overlap Agreement(ReadOnlySpan<byte> mask, ReadOnlySpan<float> sdm)
    {
        long inMask = 0, inside = 0, inBoth = 0;
        for (var i = 0; i < mask.Length; i++)
        {
            var (m, s) = (mask[i] != 0 ? 1 : 0, sdm[i] < 0 ? 1 : 0);
            inMask += m;
            inside += s;
            inBoth += m & s;
        }

        return new Overlap(inMask, inside, inBoth);
    }
}
