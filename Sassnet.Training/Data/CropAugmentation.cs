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
    /// <param name="held">A voxel of the scan that the crop has to have, wherever in it, so that it has one of the structure; null for a crop that lies anywhere.</param>
    public Crop Draw(TrainingScan scan, GridSize size, Random random, StructureVoxel? held = null)
    {
        (scan, held) = Narrowed(scan, held, random);
        var turns = options.Rotate90 ? random.Next(4) : 0;
        int? mirror = options.Flip ? random.Next(2) : null;
        var upright = turns % 2 == 0 ? size : new GridSize(size.Y, size.X, size.Z);
        var extent = Zoomed(upright, random);
        var origin = (Place(scan.Size.X, extent.X, held?.X, random), Place(scan.Size.Y, extent.Y, held?.Y, random), Place(scan.Size.Z, extent.Z, held?.Z, random));
        var crop = Cut(scan, new GridBox(origin, extent), upright, held, random).Turned(turns, mirror);
        return crop with { Image = _intensities.Apply(crop.Image, crop.Size, random) };
    }

    // What is only zoomed is averaged over its new voxels; what is turned or bent too is interpolated, with the zoom.
    private Crop Cut(TrainingScan scan, GridBox box, GridSize size, StructureVoxel? held, Random random)
    {
        var isTurned = Chance.Of(options.Rotation, options.RotationProbability, random);
        var angles = isTurned ? (Angle(random), Angle(random), Angle(random)) : (0, 0, 0);
        var field = Chance.Of(options.Elastic, options.ElasticProbability, random)
            ? new ElasticField(size, options.Elastic * random.NextDouble(), random)
            : null;
        if (isTurned || field is not null)
            return DistortedCrop.Cut(scan, box, size, angles, field, held);
        var crop = Scale(Crop.Cut(scan, box), size);

        // Over larger voxels a thin structure, or the rim of one, may average out; interpolated, the voxel that is held stays.
        return held is not { } voxel || crop.Mask.AsSpan().Contains(voxel.Number) ? crop : DistortedCrop.Cut(scan, box, size, angles, field, held);
    }

    private double Angle(Random random) => Chance.Symmetric(random) * options.Rotation;

    // The scan that a crop is taken from, and the voxel that it has to have as it lies there.
    private (TrainingScan Scan, StructureVoxel? Held) Narrowed(TrainingScan scan, StructureVoxel? held, Random random)
    {
        if (options.FieldOfView == 0 || random.Next(2) == 0)
            return (scan, held);
        var (x, y, z) = (Sides(scan.Size.X, held?.X), Sides(scan.Size.Y, held?.Y), Sides(scan.Size.Z, held?.Z));
        var narrowed = scan.Narrowed(new GridBox((x.Start, y.Start, z.Start), new GridSize(x.Length, y.Length, z.Length)), normalisation);
        return (narrowed, held is { } voxel ? voxel with { X = voxel.X - x.Start, Y = voxel.Y - y.Start, Z = voxel.Z - z.Start } : held);

        // What has to stay is not cut off: less is, on its side.
        (int Start, int Length) Sides(int side, int? kept)
        {
            var (before, after) = (Cut(side, kept ?? side), Cut(side, (side - 1 - kept) ?? side));
            return (before, side - before - after);
        }

        int Cut(int side, int most) => Math.Min(most, (int)(random.NextDouble() * options.FieldOfView * side));
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

    private int Place(int scanSide, int cropSide, int? held, Random random)
    {
        var places = CropPlaces.Of(scanSide, cropSide, options.Overhang);
        return (held is { } voxel ? places.Meeting(cropSide, voxel, voxel + 1) : places).Draw(random);
    }
}
