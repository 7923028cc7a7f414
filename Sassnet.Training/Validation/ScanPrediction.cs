using System.Globalization;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Metrics;
using Sassnet.Model.Native;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Pictures;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using static TorchSharp.torch;

namespace Sassnet.Training.Validation;

/// <summary>What a network in training makes of a scan, on the grid it works on.</summary>
/// <param name="Scan">The scan.</param>
/// <param name="Mask">The largest component of each structure, or as many as it has, where it is the likeliest above ½, by its number, counted from 1; else 0. X fastest.</param>
/// <param name="Sdms">The signed distance map of each structure, in [−1, 1].</param>
public sealed record ScanPrediction(TrainingScan Scan, byte[] Mask, IReadOnlyList<float[]> Sdms)
{
    private const int MostColumns = 4;

    /// <summary>The mean over the structures that the scan's mask has of the Dice coefficient against it.</summary>
    /// <exception cref="InvalidOperationException">The scan has no mask, or one without any structure.</exception>
    public double Dice => LabelMap.ValuesOf(Scan.Mask.AsSpan()).Average(number => DiceOf(number));

    /// <summary>The Dice coefficient of one structure that the scan's mask has.</summary>
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
    /// <param name="structures">The structures, in their order.</param>
    /// <param name="sharing">How many processes predict at the same time in the memory of this machine, this one counted.</param>
    /// <param name="cancellation">Looked at before each tile.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ScanPrediction Of(VNet network, TrainingScan scan, ScalarType precision, IReadOnlyList<Label> structures, int sharing = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scan);
        using var numbers = FinalizationPause.Begin();
        using var folded = new FoldedVNet(network, precision, network.Device);
        var predicted = WholeScan.Predict(folded, network.Filters, scan.Image, scan.Size, new SegmenterOptions().WholeMemoryBytes / sharing, cancellation);
        var maps = predicted.Select(one => new RestoredMaps(new Volume(scan.Size, one.Probability, scan.Affine), new Volume(scan.Size, one.Sdm, scan.Affine)));
        Label[] labels = [.. structures.Select((one, index) => one with { Value = (byte)(index + 1) })];
        return new ScanPrediction(scan, Measurement.Of([.. maps], new SegmentationRequest(), labels).Segmentation.Labels, [.. predicted.Select(one => one.Sdm)]);
    }

    /// <summary>
    /// The axial slice with the most of the label: the scan with both contours, and the signed distance map with the label's. Of several structures each has a
    /// distance map, under its name, in the slice with the most of it.
    /// </summary>
    /// <param name="structures">The names of the structures, in their order, and the colours where there are several.</param>
    /// <exception cref="InvalidOperationException">The scan has no mask.</exception>
    public Picture Draw(IReadOnlyList<Label> structures)
    {
        ArgumentNullException.ThrowIfNull(structures);
        var label = Map(Scan.Mask ?? throw new InvalidOperationException($"The scan {Scan.Name} has no mask."));
        var isOne = structures.Count == 1;
        var colours = isOne ? null : structures.Index().ToDictionary(one => (byte)(one.Index + 1), one => one.Item.Colour!);
        List<Panel> panels = [];
        try
        {
            var most = SlicePicture.LargestSlice(label, AnatomicalPlane.Axial);
            panels.Add(new Panel(SlicePicture.Of(new Volume(Scan.Size, Scan.Image, Scan.Affine), AnatomicalPlane.Axial, most, label, Map(Mask), colours: colours)));
            foreach (var (index, structure) in structures.Index())
            {
                var own = label.Only((byte)(index + 1));
                var slice = SlicePicture.LargestSlice(own, AnatomicalPlane.Axial);
                panels.Add(new Panel(SdmPicture.Of(new Volume(Scan.Size, Sdms[index], Scan.Affine), AnatomicalPlane.Axial, slice, own), isOne ? "" : structure.Name));
            }

            return Montage.Of(panels, columns: Math.Min(panels.Count, MostColumns), string.Create(CultureInfo.InvariantCulture, $"{Scan.Name}  Dice {Dice:F3}"));
        }
        finally
        {
            panels.ForEach(panel => panel.Picture.Dispose());
        }
    }

    private LabelMap Map(byte[] labels) => new(Scan.Size, labels, Scan.Affine);
}
