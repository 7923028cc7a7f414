using System.Numerics;
using System.Runtime.InteropServices;
using Sassnet.Model.Metrics;
using Sassnet.Model.Morphology;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>The stage <c>measure</c>: what can be said of one label of a segmentation without the truth.</summary>
/// <param name="Segmentation">The label alone: its value where it was drawn (and in the components that are kept, when asked), else 0.</param>
/// <param name="ComponentsFound">Connected components (26 neighbours) before any was removed.</param>
/// <param name="ComponentsRemoved">How many of them were removed.</param>
/// <param name="LargestShare">The share of the label's voxels that lie in its largest component, or in as many as the label has (<see cref="Label.Components"/>), before others are removed, in (0, 1]; NaN when there are none.</param>
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

    /// <summary>The head agreement, in [0, 1]; null where there is none, because both answers are empty.</summary>
    public double? KnownAgreement => double.IsNaN(HeadAgreement) ? null : HeadAgreement;

    /// <summary>Draws the segmentation of the labels' maps (<see cref="LabelDrawing"/>), cleans it up as asked, and measures each label.</summary>
    /// <param name="maps">The maps of each label, all on one grid.</param>
    /// <param name="request">Threshold and clean-up.</param>
    /// <param name="labels">The labels, at least one, of different values, in the order of the maps.</param>
    /// <returns>The segmentation, and the figures of each label in that order.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is out of its range.</exception>
    public static (LabelMap Segmentation, IReadOnlyList<Measurement> Labels) Of(
        IReadOnlyList<RestoredMaps> maps, SegmentationRequest request, IReadOnlyList<Label> labels)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(labels);
        request.Check();
        var drawn = LabelDrawing.Of([.. maps.Select(label => label.Probability)], request.Threshold, [.. labels.Select(label => label.Value)]);
        return (drawn, [.. labels.Select((label, index) => Of(drawn, label, maps[index], request))]);
    }

    // Removes the label's smaller components from the segmentation where that is asked.
    private static Measurement Of(LabelMap drawn, Label label, RestoredMaps maps, SegmentationRequest request)
    {
        var agreement = Agreement(maps.Probability.Voxels, request.Threshold, maps.Sdm.Voxels).Dice;
        var components = ConnectedComponents.Of(drawn.Only(label.Value).Labels, drawn.Size, Connectivity.Corner);
        var share = components.ShareOfLargest(label.KeptComponents);
        var removed = request.KeepLargest ? components.ClearOthers(drawn.Labels, label.KeptComponents) : 0;
        var own = drawn.Only(label.Value);
        var voxels = own.Labels.LongLength - own.Labels.AsSpan().Count((byte)0);
        var volume = voxels * Math.Abs(drawn.Affine.Determinant) / CubicMillimetresPerMillilitre;
        return new Measurement(own, components.Count, removed, share, agreement, voxels, volume, GridBox.Bounding(own.Labels, own.Size));
    }

    // How far what is probable and the inside of a signed distance map, where it is negative, cover the same voxels.
    private static Overlap Agreement(float[] probability, float threshold, float[] sdm)
    {
        long probable = 0, inside = 0, inBoth = 0;
        VoxelBlocks.ForEach(probability.Length, (start, length) =>
        {
            var found = Agreement(probability.AsSpan(start, length), threshold, sdm.AsSpan(start, length));
            Interlocked.Add(ref probable, found.Probable);
            Interlocked.Add(ref inside, found.Inside);
            Interlocked.Add(ref inBoth, found.InBoth);
        });
        return new Overlap(probable, inside, inBoth);
    }

    private static (long Probable, long Inside, long InBoth) Agreement(ReadOnlySpan<float> probability, float threshold, ReadOnlySpan<float> sdm)
    {
        var probabilities = MemoryMarshal.Cast<float, Vector<float>>(probability);
        var distances = MemoryMarshal.Cast<float, Vector<float>>(sdm);
        var (thresholds, ofProbable, ofInside, ofBoth) = (new Vector<float>(threshold), Vector<int>.Zero, Vector<int>.Zero, Vector<int>.Zero);
        for (var i = 0; i < probabilities.Length; i++)
        {
            // What is true is -1 in each lane.
            var (p, s) = (Vector.GreaterThan(probabilities[i], thresholds), Vector.LessThan(distances[i], Vector<float>.Zero));
            (ofProbable, ofInside, ofBoth) = (ofProbable - p, ofInside - s, ofBoth - (p & s));
        }

        var (probable, inside, inBoth) = ((long)Vector.Sum(ofProbable), (long)Vector.Sum(ofInside), (long)Vector.Sum(ofBoth));
        for (var i = probabilities.Length * Vector<float>.Count; i < probability.Length; i++)
        {
            var (p, s) = (probability[i] > threshold ? 1 : 0, sdm[i] < 0 ? 1 : 0);
            (probable, inside, inBoth) = (probable + p, inside + s, inBoth + (p & s));
        }

        return (probable, inside, inBoth);
    }
}
