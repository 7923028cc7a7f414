using Sassnet.Model.Tests.Nifti;

namespace Sassnet.Api.Tests.Service;

/// <summary>Made-up scans: a bright ball in noise.</summary>
public static class Scan
{
    /// <summary>20×18×16 voxels, plain.</summary>
    public static byte[] Small { get; } = Ball(20, 18, 16).ToBytes();

    /// <summary>Large enough for many windows.</summary>
    public static byte[] Large { get; } = Ball(72, 72, 48).ToGzip();

    /// <summary>Large enough to be seen in the memory.</summary>
    public static byte[] Medium { get; } = Ball(64, 64, 32).ToGzip();

    /// <summary>A ball in the middle of a grid, int16.</summary>
    public static NiftiBytes Ball(int x, int y, int z) => new() { Dim = [3, x, y, z, 1, 1, 1, 1], Stored = Voxels(x, y, z) };

    /// <summary>The ball's values, X fastest.</summary>
    public static double[] Voxels(int x, int y, int z)
    {
        var random = new Random(3);
        var voxels = new double[x * y * z];
        for (var i = 0; i < voxels.Length; i++)
        {
            var (dx, dy, dz) = ((i % x) - (x / 2.0), (i / x % y) - (y / 2.0), (i / (x * y)) - (z / 2.0));
            var inside = (dx * dx) + (dy * dy) + (dz * dz) < Math.Pow(Math.Min(x, Math.Min(y, z)) / 3.0, 2);
            voxels[i] = (inside ? 300 : 100) + random.Next(60);
        }

        return voxels;
    }
}
