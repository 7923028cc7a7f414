using System.Globalization;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Folding;
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
/// <param name="Mask">The largest component of each structure where it is the likeliest above ½, by its number, counted from 1; else 0. X fastest.</param>
/// <param name="Sdms">The signed distance map of each structure, in [−1, 1].</param>
public sealed record ScanPrediction(TrainingScan Scan, byte[] Mask, IReadOnlyList<float[]> Sdms)
{
    /// <summary>The mean over the structures of the Dice coefficient against the scan's mask.</summary>
    /// <exception cref="InvalidOperationException">The scan has no mask.</exception>
    public double Dice => Enumerable.Range(1, Sdms.Count).Average(number => DiceOf((byte)number));

    /// <summary>The Dice coefficient of one structure.</summary>
    /// <param name="number">Counted from 1.</param>
    /// <exception cref="InvalidOperationException">The scan has no mask.</exception>
    public double DiceOf(byte number)
    {
        var truth = Scan.Mask ?? throw new InvalidOperationException($"The scan {Scan.Name} has no mask.");
        return Overlap.Between(Map(Mask).Only(number).Labels, Map(truth).Only(number).Labels).Dice;
    }

    /// <summary>Predicts the whole scan on the network's device, in one pass or in tiles, as the service does; the network stays as it is, and nothing random is drawn.</summary>
    /// <param name="network">The network.</param>
    /// <param name="scan">A prepared scan.</param>
    /// <param name="precision">The data type of activations.</param>
    public static ScanPrediction Of(VNet network, TrainingScan scan, ScalarType precision)
    {
        ArgumentNullException.ThrowIfNull(scan);
        using var numbers = FinalizationPause.Begin();
        using var folded = new FoldedVNet(network, precision, network.Device);
        var predicted = WholeScan.Predict(folded, network.Filters, scan.Image, scan.Size, new SegmenterOptions().WholeMemoryBytes);
        var maps = predicted.Select(one => new RestoredMaps(new Volume(scan.Size, one.Probability, scan.Affine), new Volume(scan.Size, one.Sdm, scan.Affine)));
        byte[] labels = [.. Enumerable.Range(1, predicted.Count).Select(number => (byte)number)];
        return new ScanPrediction(scan, Measurement.Of([.. maps], new SegmentationRequest(), labels).Segmentation.Labels, [.. predicted.Select(one => one.Sdm)]);
    }

    /// <summary>The axial slice with the most of the label: the scan with both contours, and the first structure's signed distance map with the label's.</summary>
    public Picture Draw()
    {
        var label = Map(Scan.Mask ?? throw new InvalidOperationException($"The scan {Scan.Name} has no mask."));
        var slice = SlicePicture.LargestSlice(label, AnatomicalPlane.Axial);
        using var scan = SlicePicture.Of(new Volume(Scan.Size, Scan.Image, Scan.Affine), AnatomicalPlane.Axial, slice, label, Map(Mask));
        using var sdm = SdmPicture.Of(new Volume(Scan.Size, Sdms[0], Scan.Affine), AnatomicalPlane.Axial, slice, label);
        return Montage.Of([new Panel(scan), new Panel(sdm)], columns: 2, string.Create(CultureInfo.InvariantCulture, $"{Scan.Name}  Dice {Dice:F3}"));
    }

    private LabelMap Map(byte[] labels) => new(Scan.Size, labels, Scan.Affine);
}
