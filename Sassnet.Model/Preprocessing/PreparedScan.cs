using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Preprocessing;

/// <summary>
/// The stage <c>prepare</c>: a scan as a network sees it, in training, validation and serving alike. It needs the package's preprocessing, no network and no device.
/// </summary>
/// <param name="Grid">The grid it is on, which leads back to the scan's own.</param>
/// <param name="Image">Normalised intensities, between ±1e6.</param>
public sealed record PreparedScan(ModelGrid Grid, Volume Image)
{
    // Between these, sums, differences and quotients of intensities stay within what a float holds.
    private const float SmallestScale = 1e-30f;
    private const float LargestScale = 1e30f;

    // The 16 bits of scanners hold a fifth of this: their deviation is at least that of rounding, 0.29.
    private const float MostDeviations = 1e6f;

    /// <summary>Prepares a scan: its field of view reoriented, resampled and normalised.</summary>
    /// <param name="input">A scan of any orientation and voxel size, in any intensity unit; it is neither changed nor kept.</param>
    /// <param name="preprocessing">What the network was trained on.</param>
    /// <exception cref="InvalidVolumeException">
    /// At the model's voxel size the scan would have more than <see cref="ModelGrid.MaxVoxels"/> voxels, or a voxel lies more than a million standard
    /// deviations from the mean.
    /// </exception>
    public static PreparedScan Of(Volume input, PreprocessingSpecification preprocessing)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(preprocessing);
        var grid = new ModelGrid(preprocessing, input);
        if (preprocessing is { Normalisation: Normalisation.CtWindow, WindowHu: [var lower, var upper] })
            return new PreparedScan(grid, grid.Bring(IntensityWindow.Apply(input, lower, upper)));
        var image = grid.Bring(InRange(input));
        IntensityNormaliser.Normalise(image.Voxels, preprocessing.Normalisation);
        return Largest(image.Voxels) <= MostDeviations ? new PreparedScan(grid, image) : throw OutOfProportion(input);
    }

    // Normalisation is blind to a gain: where the intensities lie at the ends of what a float holds, a power of two brings them within and changes no digit.
    private static Volume InRange(Volume input)
    {
        var largest = Largest(input.Voxels);
        if (largest is 0 or (>= SmallestScale and <= LargestScale))
            return input;
        var nearest = largest < SmallestScale ? SmallestScale : LargestScale;
        var gain = Math.ScaleB(1, Math.ILogB(nearest) - Math.ILogB(largest));
        var scaled = Array.ConvertAll(input.Voxels, voxel => (float)(voxel * gain));
        return scaled.AsSpan().Count(0f) == input.Voxels.AsSpan().Count(0f) ? new Volume(input.Size, scaled, input.Affine) : throw OutOfProportion(input);
    }

    /// <summary>The largest magnitude; NaN or infinite where a value is.</summary>
    private static float Largest(ReadOnlySpan<float> values)
    {
        var maxima = Vector<float>.Zero;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (var vector in vectors)
            maxima = Vector.Max(maxima, Vector.Abs(vector));
        var largest = 0f;
        for (var lane = 0; lane < Vector<float>.Count; lane++)
            largest = MathF.Max(largest, maxima[lane]);
        foreach (var value in values[(vectors.Length * Vector<float>.Count)..])
            largest = MathF.Max(largest, MathF.Abs(value));
        return largest;
    }

    private static InvalidVolumeException OutOfProportion(Volume input) => new(
        InvalidVolumeKind.NotServable,
        "intensities",
        string.Create(
            CultureInfo.InvariantCulture,
            $"The intensities reach from {input.Voxels.Min():G4} to {input.Voxels.Max():G4}, and some lie more than {MostDeviations:N0} standard deviations from the mean; accepted: none that far. Look for damaged voxels."));
}
