using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>
/// Whether a label lies on its image: the same number of voxels, and no corner of the grid further than a tenth of the image's shortest voxel edge from where
/// the image has it. What headers round differs by far less; a label drawn on another scan, turned, mirrored or half a voxel off, by more.
/// </summary>
public static class GridAgreement
{
    /// <summary>The greatest distance accepted, as a share of the image's shortest voxel edge.</summary>
    public const double Tolerance = 0.1;

    /// <summary>What is wrong, with the values seen and what is accepted; null where nothing is.</summary>
    /// <param name="image">The image.</param>
    /// <param name="label">The label.</param>
    /// <param name="what">What the label is called.</param>
    public static string? Fault(Volume image, Volume label, string what = "label")
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(label);
        if (label.Size != image.Size)
            return $"The {what} has the grid {label.Size}, the image {image.Size}; they must be equal. Where its header places it on the scan, as that of a cropped one does, resample it to the image's grid, by nearest neighbour.";
        var edges = image.VoxelSize;
        var accepted = Tolerance * Math.Min(edges.X, Math.Min(edges.Y, edges.Z));
        var seen = LargestDistance(image, label);
        return seen <= accepted
            ? null
            : FormattableString.Invariant($"The {what}'s header places its voxels up to {seen:G3} mm from the image's; up to {accepted:G3} mm, a tenth of a voxel, is accepted.");
    }

    // Affine maps differ most at a corner.
    private static double LargestDistance(Volume image, Volume label)
    {
        var largest = 0.0;
        for (var corner = 0; corner < 8; corner++)
        {
            var (i, j, k) = ((corner & 1) * (image.Size.X - 1), ((corner >> 1) & 1) * (image.Size.Y - 1), (corner >> 2) * (image.Size.Z - 1));
            var (a, b) = (image.Affine.Apply(i, j, k), label.Affine.Apply(i, j, k));
            largest = Math.Max(largest, Math.Sqrt(Math.Pow(a.R - b.R, 2) + Math.Pow(a.A - b.A, 2) + Math.Pow(a.S - b.S, 2)));
        }

        return largest;
    }
}
