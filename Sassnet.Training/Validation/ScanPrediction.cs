using System.Globalization;
using Sassnet.Model.Inference;
using Sassnet.Model.Metrics;
using Sassnet.Model.Native;
using Sassnet.Model.Networks;
using Sassnet.Model.Pictures;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using static TorchSharp.torch;

namespace Sassnet.Training.Validation;

/// <summary>What a network in training makes of a scan, on the grid it works on.</summary>
/// <param name="Scan">The scan.</param>
/// <param name="Mask">The largest component of where the probability is above ½; 0 or 1, X fastest.</param>
/// <param name="Sdm">The signed distance map, in [−1, 1].</param>
public sealed record ScanPrediction(TrainingScan Scan, byte[] Mask, float[] Sdm)
{
    /// <summary>The Dice coefficient against the scan's mask.</summary>
    /// <exception cref="InvalidOperationException">The scan has no mask.</exception>
    public double Dice => Overlap.Between(Mask, Scan.Mask ?? throw new InvalidOperationException($"The scan {Scan.Name} has no mask.")).Dice;

    /// <summary>Predicts in one pass over the whole scan, as the service does, on the network's device; the network stays as it is, and nothing random is drawn.</summary>
    /// <param name="network">The network.</param>
    /// <param name="scan">A prepared scan.</param>
    /// <param name="precision">The data type of activations.</param>
    public static ScanPrediction Of(VNet network, TrainingScan scan, ScalarType precision)
    {
        ArgumentNullException.ThrowIfNull(scan);
        using var numbers = FinalizationPause.Begin();
        using var folded = new FoldedVNet(network, precision, network.Device);
        var (probability, sdm) = WindowedInference.Whole(folded, scan.Image, scan.Size, CancellationToken.None);
        var maps = new RestoredMaps(new Volume(scan.Size, probability, scan.Affine), new Volume(scan.Size, sdm, scan.Affine));
        return new ScanPrediction(scan, Measurement.Of(maps, new SegmentationRequest(), label: 1).Segmentation.Labels, sdm);
    }

    /// <summary>The axial slice with the most of the label: the scan with both contours, and the signed distance map with the label's.</summary>
    public Picture Draw()
    {
        var label = Map(Scan.Mask ?? throw new InvalidOperationException($"The scan {Scan.Name} has no mask."));
        var slice = SlicePicture.LargestSlice(label, AnatomicalPlane.Axial);
        using var scan = SlicePicture.Of(new Volume(Scan.Size, Scan.Image, Scan.Affine), AnatomicalPlane.Axial, slice, label, Map(Mask));
        using var sdm = SdmPicture.Of(new Volume(Scan.Size, Sdm, Scan.Affine), AnatomicalPlane.Axial, slice, label);
        return Montage.Of([new Panel(scan), new Panel(sdm)], columns: 2, string.Create(CultureInfo.InvariantCulture, $"{Scan.Name}  Dice {Dice:F3}"));

        LabelMap Map(byte[] mask) => new(Scan.Size, mask, Scan.Affine);
    }
}
