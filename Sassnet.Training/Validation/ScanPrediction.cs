using System.Globalization;
using Sassnet.Model.Metrics;
using Sassnet.Model.Morphology;
using Sassnet.Model.Native;
using Sassnet.Model.Networks;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using Sassnet.Training.Pictures;
using Sassnet.Training.Pictures.Slices;
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

    /// <summary>
    /// Predicts in one pass over the whole scan, with zeros up to multiples of 16. The network is left in evaluation mode; nothing random is drawn.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="scan">A prepared scan.</param>
    /// <param name="precision">The data type of activations.</param>
    public static ScanPrediction Of(VNet network, TrainingScan scan, ScalarType precision)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(scan);
        using var numbers = FinalizationPause.Begin();
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var size = scan.Size;
        var padded = new GridSize(Up(size.X), Up(size.Y), Up(size.Z));
        var (x, y, z) = ((padded.X - size.X) / 2, (padded.Y - size.Y) / 2, (padded.Z - size.Z) / 2);
        var crop = Crop.Cut(scan with { Mask = null }, (-x, -y, -z), padded);
        network.eval();
        var (sdm, logits) = network.forward(new Batch(padded, [scan.Name], [crop.Image], [], []).ImageTensor().to(precision));
        var mask = Inner(logits.gt(0).to(ScalarType.Byte)).data<byte>().ToArray();
        ConnectedComponents.KeepLargest(mask, size, Connectivity.Corner);
        return new ScanPrediction(scan, mask, Inner(sdm).data<float>().ToArray());

        // Back to the scan's grid, X fastest.
        Tensor Inner(Tensor map) => map[0, 0].narrow(0, x, size.X).narrow(1, y, size.Y).narrow(2, z, size.Z).permute(2, 1, 0).contiguous();
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

    private static int Up(int side) => (side + VNet.SizeMultiple - 1) / VNet.SizeMultiple * VNet.SizeMultiple;
}
