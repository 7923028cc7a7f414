using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>Draws a random crop of a scan: field of view, place, zoom, turn and bending, quarter turns and mirror, intensities.</summary>
/// <param name="options">The ranges.</param>
/// <param name="normalisation">How scans are normalised.</param>
public sealed class CropAugmentation(AugmentationOptions options, Normalisation normalisation)
{
    private readonly IntensityAugmentation _intensities = new(options);

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
        var extent = Zoomed(upright, random);
        var origin = (Place(scan.Size.X, extent.X, random), Place(scan.Size.Y, extent.Y, random), Place(scan.Size.Z, extent.Z, random));
        var crop = Cut(scan, new GridBox(origin, extent), upright, random).Turned(turns, mirror);
        return crop with { Image = _intensities.Apply(crop.Image, crop.Size, random) };
    }

    // What is only zoomed is averaged over its new voxels; what is turned or bent too is interpolated, with the zoom.
    private Crop Cut(TrainingScan scan, GridBox box, GridSize size, Random random)
    {
        var isTurned = Chance.Of(options.Rotation, options.RotationProbability, random);
        var angles = isTurned ? (Angle(random), Angle(random), Angle(random)) : (0, 0, 0);
        var field = Chance.Of(options.Elastic, options.ElasticProbability, random)
            ? new ElasticField(size, options.Elastic * random.NextDouble(), random)
            : null;
        return isTurned || field is not null ? DistortedCrop.Cut(scan, box, size, angles, field) : Scale(Crop.Cut(scan, box), size);
    }

    private double Angle(Random random) => Chance.Symmetric(random) * options.Rotation;

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

    private GridSize Zoomed(GridSize size, Random random)
    {
        return Chance.Of(options.Zoom, options.ZoomProbability, random) ? new(Side(size.X), Side(size.Y), Side(size.Z)) : size;

        int Side(int side) => Math.Max(1, (int)Math.Round(side / Chance.Factor(options.Zoom, random)));
    }

    // Every offset from one end to the other, both included; a scan smaller than the crop floats inside it.
    private int Place(int scanSide, int cropSide, Random random)
    {
        var overhang = (int)(options.Overhang * cropSide);
        var room = scanSide - cropSide;
        return random.Next(Math.Min(0, room) - overhang, Math.Max(0, room) + overhang + 1);
    }
}
