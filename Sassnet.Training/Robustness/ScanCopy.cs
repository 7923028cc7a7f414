using System.Globalization;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Robustness;

/// <summary>A way in which the same patient could have come from another scanner or archive; which make sense of a scan, <see cref="ScanCopies"/> knows.</summary>
/// <param name="Kind">What is different, as the summary's rows say it.</param>
/// <param name="Name">How much, among the copies of its kind.</param>
/// <param name="Make">Makes the copy of a scan and of its labels, whose values stay.</param>
public sealed record ScanCopy(string Kind, string Name, Func<Volume, LabelMap, (Volume Image, LabelMap Label)> Make)
{
    /// <summary>The scan itself.</summary>
    internal static ScanCopy AsItIs { get; } = new("as it is", "as it is", (image, label) => (image, label));

    /// <summary>Other numbers for the same tissue.</summary>
    internal static ScanCopy Rescaled(double gain, double offset) => new(
        "rescaled",
        string.Create(CultureInfo.InvariantCulture, $"x {gain} + {offset}"),
        (image, label) => (new Volume(image.Size, Array.ConvertAll(image.Voxels, voxel => (float)((gain * voxel) + offset)), image.Affine), label));

    /// <summary>Other voxels, of these edges.</summary>
    internal static ScanCopy Resampled(VoxelSize edges) => new(
        "resampled",
        string.Create(CultureInfo.InvariantCulture, $"{edges.X:0.###} x {edges.Y:0.###} x {edges.Z:0.###} mm"),
        (image, label) => Resampled(image, label, edges));

    /// <summary>The same voxels in the order of another orientation.</summary>
    internal static ScanCopy Turned(string orientation) => new("axes permuted and flipped", orientation, (image, label) =>
    {
        var turn = new Reorientation(image.Size, image.Affine, Orientation.Parse(orientation));
        return (turn.Apply(image), turn.Apply(label));
    });

    /// <summary>The patient elsewhere in the frame.</summary>
    internal static ScanCopy Shifted((int X, int Y, int Z) by) => new(
        "shifted",
        string.Create(CultureInfo.InvariantCulture, $"{by.X}, {by.Y}, {by.Z} voxels"),
        (image, label) => Framed(image, label, GridBox.Shifted(image.Size, by)));

    /// <summary>A smaller frame, by so many voxels at both faces across each axis.</summary>
    internal static ScanCopy Cropped((int X, int Y, int Z) voxels)
    {
        var (x, y, z) = (-voxels.X, -voxels.Y, -voxels.Z);
        var name = x == y && y == z ? string.Create(CultureInfo.InvariantCulture, $"{x} voxels") : string.Create(CultureInfo.InvariantCulture, $"{x}, {y}, {z} voxels");
        return new("cropped", name, (image, label) => Framed(image, label, GridBox.WithMargin(image.Size, (x, y, z))));
    }

    /// <summary>A larger frame, by so many voxels at every face.</summary>
    internal static ScanCopy Padded(int voxels) => new(
        "padded",
        string.Create(CultureInfo.InvariantCulture, $"{voxels} voxels"),
        (image, label) => Framed(image, label, GridBox.WithMargin(image.Size, voxels)));

    private static (Volume Image, LabelMap Label) Framed(Volume image, LabelMap label, GridBox frame) =>
        (frame.Apply(image, padding: image.Voxels.Min()), frame.Apply(label));

    // As labels are resampled for training, so that no gap opens where they touch, but that half of a voxel is enough: on this grid it is often just the half.
    private static (Volume Image, LabelMap Label) Resampled(Volume image, LabelMap label, VoxelSize edges)
    {
        var resampled = Resampler.Resample(image, edges);
        var (labels, most, labelled) = (new byte[resampled.Size.Count], new float[resampled.Size.Count], new float[resampled.Size.Count]);
        foreach (var value in label.Values)
        {
            var share = Resampler.Resample(new Volume(label.Size, Array.ConvertAll(label.Labels, other => other == value ? 1f : 0f), label.Affine), edges).Voxels;
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
