using System.Globalization;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Robustness;

/// <summary>A way in which the same patient could have come from another scanner or archive.</summary>
/// <param name="Kind">What is different, as the summary's rows say it.</param>
/// <param name="Name">How much, among the copies of its kind.</param>
/// <param name="Make">Makes the copy of a scan and of its labels, whose values stay.</param>
public sealed record ScanCopy(string Kind, string Name, Func<Volume, LabelMap, (Volume Image, LabelMap Label)> Make)
{
    private const int ShiftVoxels = 20;
    private const int TighterVoxels = -10;
    private const int WiderVoxels = 30;
    private static readonly VoxelSize ThickSlices = new(0.625, 0.625, 1.25);

    /// <summary>The copies that are measured, the scan as it is first.</summary>
    public static IReadOnlyList<ScanCopy> All { get; } =
    [
        new("as it is", "as it is", (image, label) => (image, label)),
        Rescaled(0.1, 0), Rescaled(4, 0), Rescaled(1, 1000), Rescaled(3, -200),
        new("resampled", "0.625 x 0.625 x 1.25 mm", Resampled),
        Turned("RAS"), Turned("SAR"), Turned("PIR"), Turned("ASL"),
        Shifted(ShiftVoxels, 0, 0), Shifted(-ShiftVoxels, 0, 0), Shifted(0, ShiftVoxels, 0),
        Shifted(0, -ShiftVoxels, 0), Shifted(0, 0, ShiftVoxels), Shifted(0, 0, -ShiftVoxels),
        Framed("cropped", TighterVoxels), Framed("padded", WiderVoxels),
    ];

    private static ScanCopy Rescaled(double gain, double offset) => new(
        "rescaled",
        string.Create(CultureInfo.InvariantCulture, $"x {gain} + {offset}"),
        (image, label) => (new Volume(image.Size, Array.ConvertAll(image.Voxels, voxel => (float)((gain * voxel) + offset)), image.Affine), label));

    private static ScanCopy Turned(string orientation) => new("axes permuted and flipped", orientation, (image, label) =>
    {
        var turn = new Reorientation(image.Size, image.Affine, Orientation.Parse(orientation));
        return (turn.Apply(image), turn.Apply(label));
    });

    private static ScanCopy Shifted(int x, int y, int z) => new(
        "shifted",
        string.Create(CultureInfo.InvariantCulture, $"{x}, {y}, {z} voxels"),
        (image, label) => Framed(image, label, GridBox.Shifted(image.Size, (x, y, z))));

    private static ScanCopy Framed(string kind, int margin) => new(
        kind,
        string.Create(CultureInfo.InvariantCulture, $"{margin} voxels"),
        (image, label) => Framed(image, label, GridBox.WithMargin(image.Size, margin)));

    private static (Volume Image, LabelMap Label) Framed(Volume image, LabelMap label, GridBox frame) =>
        (frame.Apply(image, padding: image.Voxels.Min()), frame.Apply(label));

    // As labels are resampled for training, so that no gap opens where they touch, but that half of a voxel is enough: on this grid it is often just the half.
    private static (Volume Image, LabelMap Label) Resampled(Volume image, LabelMap label)
    {
        var resampled = Resampler.Resample(image, ThickSlices);
        var (labels, most, labelled) = (new byte[resampled.Size.Count], new float[resampled.Size.Count], new float[resampled.Size.Count]);
        foreach (var value in label.Values)
        {
            var share = Resampler.Resample(new Volume(label.Size, Array.ConvertAll(label.Labels, other => other == value ? 1f : 0f), label.Affine), ThickSlices).Voxels;
            for (var i = 0; i < share.Length; i++)
            {
                labelled[i] += share[i];
                if (share[i] > most[i])
                    (most[i], labels[i]) = (share[i], value);
            }
        }

        for (var i = 0; i < labels.Length; i++)
            labels[i] = labelled[i] >= 0.5f ? labels[i] : (byte)0;
        return (resampled, new LabelMap(resampled.Size, labels, resampled.Affine));
    }
}
