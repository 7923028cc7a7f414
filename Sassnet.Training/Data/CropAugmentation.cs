using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>Draws a random crop of a scan: field of view, place, zoom, quarter turns and mirror, intensities.</summary>
/// <param name="options">The ranges.</param>
/// <param name="normalisation">How scans are normalised.</param>
public sealed class CropAugmentation(AugmentationOptions options, Normalisation normalisation)
{
    /// <summary>Draws one crop.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="size">The crop's size.</param>
    /// <param name="random">Where every choice comes from.</param>
    public Crop Draw(TrainingScan scan, GridSize size, Random random)
    {
        scan = Narrowed(scan, random);
        var turns = options.Rotate90 ? random.Next(4) : 0;
        int? mirror = options.Flip ? random.Next(2) : null;
        var upright = turns % 2 == 0 ? size : new GridSize(size.Y, size.X, size.Z);
        var extent = new GridSize(Zoomed(upright.X, random), Zoomed(upright.Y, random), Zoomed(upright.Z, random));
        var origin = (Place(scan.Size.X, extent.X, random), Place(scan.Size.Y, extent.Y, random), Place(scan.Size.Z, extent.Z, random));
        var crop = Scale(Crop.Cut(scan, new GridBox(origin, extent)), upright).Turned(turns, mirror);
        ChangeIntensities(crop.Image, random);
        return crop;
    }

    private TrainingScan Narrowed(TrainingScan scan, Random random)
    {
        if (options.FieldOfView == 0 || random.Next(2) == 0)
            return scan;
        var (x, y, z) = (Sides(scan.Size.X), Sides(scan.Size.Y), Sides(scan.Size.Z));
        return scan.Narrowed(new GridBox((x.Start, y.Start, z.Start), new GridSize(x.Length, y.Length, z.Length)), normalisation);

        (int Start, int Length) Sides(int side)
        {
            var (before, after) = (Cut(side), Cut(side));
            return (before, side - before - after);
        }

        int Cut(int side) => (int)(random.NextDouble() * options.FieldOfView * side);
    }

    private static Crop Scale(Crop crop, GridSize size)
    {
        if (crop.Size == size)
            return crop;
        var spacing = new VoxelSize((double)crop.Size.X / size.X, (double)crop.Size.Y / size.Y, (double)crop.Size.Z / size.Z);
        var image = Resampler.Resample(crop.Image, crop.Size, VoxelSize.Unit, size, spacing);
        return new Crop(size, image, crop.Mask is null ? null : Resampler.Resample(crop.Mask, crop.Size, VoxelSize.Unit, size, spacing));
    }

    // Uniform in the logarithm: shrinking is as likely as growing.
    private static double Factor(double range, Random random) => Math.Exp(((2 * random.NextDouble()) - 1) * Math.Log(1 + range));

    private int Zoomed(int side, Random random) => options.Zoom == 0 ? side : Math.Max(1, (int)Math.Round(side / Factor(options.Zoom, random)));

    // Every offset from one end to the other, both included; a scan smaller than the crop floats inside it.
    private int Place(int scanSide, int cropSide, Random random)
    {
        var overhang = (int)(options.Overhang * cropSide);
        var room = scanSide - cropSide;
        return random.Next(Math.Min(0, room) - overhang, Math.Max(0, room) + overhang + 1);
    }

    private void ChangeIntensities(float[] image, Random random)
    {
        if (options.Gamma > 0)
            RaiseToPower(image, (float)Factor(options.Gamma, random));
        if (options.Gain == 0 && options.Shift == 0)
            return;
        var gain = (float)Factor(options.Gain, random);
        var shift = (float)(((2 * random.NextDouble()) - 1) * options.Shift);
        foreach (ref var voxel in image.AsSpan())
            voxel = (voxel * gain) + shift;
    }

    private static void RaiseToPower(float[] image, float exponent)
    {
        var (low, high) = (image.Min(), image.Max());
        var range = high - low;
        if (range == 0)
            return;
        foreach (ref var voxel in image.AsSpan())
            voxel = low + (range * MathF.Pow((voxel - low) / range, exponent));
    }
}
