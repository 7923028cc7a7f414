using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>A crop that is turned, zoomed and bent, all in one map from its voxels to the scan's: intensities are interpolated once, which blurs them once.</summary>
internal static class DistortedCrop
{
    /// <summary>Takes a crop: intensities linearly between voxels, the mask from the nearest; what lies beyond the scan is 0.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="box">What the crop would be without turning and bending, in the scan's voxels.</param>
    /// <param name="size">The crop's size, to which the box is zoomed.</param>
    /// <param name="angles">By how much it is turned about its centre and the axes X, Y and Z, one after the other, in degrees.</param>
    /// <param name="field">How it is bent, in the crop's voxels; null for not at all.</param>
    /// <param name="held">
    /// A voxel of the scan, in the box, that the crop has where it would have it without turning and bending: the crop is turned about it, so to speak, and may reach
    /// beyond the scan further than its box does; null for none, and a turn about the centre.
    /// </param>
    public static Crop Cut(TrainingScan scan, GridBox box, GridSize size, (double X, double Y, double Z) angles, ElasticField? field, StructureVoxel? held = null)
    {
        var map = Map(scan.Affine.VoxelSize, box, size, angles);
        if (held is { } voxel)
            map = Holding(map, voxel, box, size, field);
        var image = new float[size.Count];
        var mask = scan.Mask is null ? null : new byte[size.Count];
        var (dx, dy, dz) = (new float[size.X], new float[size.X], new float[size.X]);
        for (var z = 0; z < size.Z; z++)
        {
            for (var y = 0; y < size.Y; y++)
            {
                field?.Row(0, y, z, dx);
                field?.Row(1, y, z, dy);
                field?.Row(2, y, z, dz);
                var index = size.IndexOf(0, y, z);
                for (var x = 0; x < size.X; x++, index++)
                {
                    var (i, j, k) = map.Apply(x + dx[x], y + dy[x], z + dz[x]);
                    image[index] = Linear(scan.Image, scan.Size, i, j, k);
                    if (mask is not null)
                        mask[index] = Nearest(scan.Mask!, scan.Size, i, j, k);
                }
            }
        }

        return new Crop(size, image, mask);
    }

    // A turn is one in millimetres; in voxels of unequal edges it shears.
    private static VoxelMap Map(VoxelSize edges, GridBox box, GridSize size, (double X, double Y, double Z) angles)
    {
        var rotation = Multiply(About(2, angles.Z), Multiply(About(1, angles.Y), About(0, angles.X)));
        var linear = new double[9];
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++)
                linear[(row * 3) + column] = rotation[(row * 3) + column] * edges[column] / edges[row] * box.Size[column] / size[column];
        }

        return new VoxelMap(
            [.. linear.Select(entry => (float)entry)],
            ((size.X - 1) / 2f, (size.Y - 1) / 2f, (size.Z - 1) / 2f),
            (box.Start.X + ((box.Size.X - 1) / 2f), box.Start.Y + ((box.Size.Y - 1) / 2f), box.Start.Z + ((box.Size.Z - 1) / 2f)));
    }

    // The map moved so that it leads from the crop's voxel at the place of one of the box to that one's very centre, bent as the crop is.
    private static VoxelMap Holding(VoxelMap map, StructureVoxel voxel, GridBox box, GridSize size, ElasticField? field)
    {
        var x = At(voxel.X - box.Start.X, box.Size.X, size.X);
        var y = At(voxel.Y - box.Start.Y, box.Size.Y, size.Y);
        var z = At(voxel.Z - box.Start.Z, box.Size.Z, size.Z);
        var (i, j, k) = map.Apply(x + Bent(0), y + Bent(1), z + Bent(2));
        return map with { To = (map.To.X + voxel.X - i, map.To.Y + voxel.Y - j, map.To.Z + voxel.Z - k) };

        static int At(int place, int side, int cropSide) => (int)((place + 0.5) * cropSide / side);

        float Bent(int axis)
        {
            var row = new float[size.X];
            field?.Row(axis, y, z, row);
            return row[x];
        }
    }

    private static double[] About(int axis, double degrees)
    {
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        return axis switch
        {
            0 => [1, 0, 0, 0, cosine, -sine, 0, sine, cosine],
            1 => [cosine, 0, sine, 0, 1, 0, -sine, 0, cosine],
            _ => [cosine, -sine, 0, sine, cosine, 0, 0, 0, 1],
        };
    }

    private static double[] Multiply(double[] left, double[] right) =>
        [.. Enumerable.Range(0, 9).Select(entry => Enumerable.Range(0, 3).Sum(k => left[(entry / 3 * 3) + k] * right[(k * 3) + (entry % 3)]))];

    private static float Linear(float[] voxels, GridSize size, float x, float y, float z)
    {
        var (i, j, k) = ((int)MathF.Floor(x), (int)MathF.Floor(y), (int)MathF.Floor(z));
        if (i < -1 || j < -1 || k < -1 || i >= size.X || j >= size.Y || k >= size.Z)
            return 0;
        var (u, v, w) = (x - i, y - j, z - k);
        var index = size.IndexOf(i, j, k);
        var (down, up) = (size.X, size.X * size.Y);
        if (i >= 0 && j >= 0 && k >= 0 && i < size.X - 1 && j < size.Y - 1 && k < size.Z - 1)
        {
            return Between(
                Between(Between(voxels[index], voxels[index + 1], u), Between(voxels[index + down], voxels[index + down + 1], u), v),
                Between(Between(voxels[index + up], voxels[index + up + 1], u), Between(voxels[index + up + down], voxels[index + up + down + 1], u), v),
                w);
        }

        return Between(Between(Along(j, k), Along(j + 1, k), v), Between(Along(j, k + 1), Along(j + 1, k + 1), v), w);

        float Along(int row, int slice) => Between(At(i, row, slice), At(i + 1, row, slice), u);
        float At(int column, int row, int slice) => Has(size, column, row, slice) ? voxels[size.IndexOf(column, row, slice)] : 0;
    }

    private static byte Nearest(byte[] labels, GridSize size, float x, float y, float z)
    {
        var (i, j, k) = ((int)MathF.Floor(x + 0.5f), (int)MathF.Floor(y + 0.5f), (int)MathF.Floor(z + 0.5f));
        return Has(size, i, j, k) ? labels[size.IndexOf(i, j, k)] : (byte)0;
    }

    private static bool Has(GridSize size, int i, int j, int k) => i >= 0 && j >= 0 && k >= 0 && i < size.X && j < size.Y && k < size.Z;

    private static float Between(float low, float high, float share) => low + (share * (high - low));

    // Centre on centre.
    private readonly record struct VoxelMap(float[] Linear, (float X, float Y, float Z) From, (float X, float Y, float Z) To)
    {
        public (float X, float Y, float Z) Apply(float x, float y, float z)
        {
            (x, y, z) = (x - From.X, y - From.Y, z - From.Z);
            return (
                (Linear[0] * x) + (Linear[1] * y) + (Linear[2] * z) + To.X,
                (Linear[3] * x) + (Linear[4] * y) + (Linear[5] * z) + To.Y,
                (Linear[6] * x) + (Linear[7] * y) + (Linear[8] * z) + To.Z);
        }
    }
}
