using System.Runtime.InteropServices;
using Sassnet.Model.Tests.Nifti;

namespace Sassnet.Api.Tests.Service;

/// <summary>Made-up scans: a bright ball in noise.</summary>
public static class Scan
{
    private static readonly Lazy<byte[]> LazyEndless = new(() => Gzipped(256, 256, 128));

    /// <summary>20×18×16 voxels, plain.</summary>
    public static byte[] Small { get; } = Ball(20, 18, 16).ToBytes();

    /// <summary>Large enough for many windows.</summary>
    public static byte[] Large { get; } = Ball(72, 72, 48).ToGzip();

    /// <summary>Window by window more than ten seconds of work on any machine, for what must be interrupted.</summary>
    public static byte[] Endless => LazyEndless.Value;

    /// <summary>Large enough to be seen in the memory.</summary>
    public static byte[] Medium { get; } = Ball(64, 64, 32).ToGzip();

    /// <summary>A ball in the middle of a grid, int16.</summary>
    public static NiftiBytes Ball(int x, int y, int z) => new() { Dim = [3, x, y, z, 1, 1, 1, 1], Stored = Voxels(x, y, z) };

    /// <summary>The ball in a grid of any size, compressed; <see cref="NiftiBytes"/> itself writes a million voxels at most.</summary>
    /// <param name="x">Voxels along X.</param>
    /// <param name="y">Voxels along Y.</param>
    /// <param name="z">Voxels along Z.</param>
    /// <param name="scale">How large its voxels are, in those of the others.</param>
    public static byte[] Gzipped(int x, int y, int z, double scale = 1)
    {
        var like = new NiftiBytes();
        double[] pixels = [like.PixDim[0], .. like.PixDim[1..4].Select(side => side * scale), .. like.PixDim[4..]];
        double[] rows = [.. like.SRow.Select((value, index) => index % 4 == 3 ? value : value * scale)];
        short[] voxels = [.. Voxels(x, y, z).Select(value => (short)value)];
        return NiftiBytes.Gzip([.. new NiftiBytes { Dim = [3, x, y, z, 1, 1, 1, 1], PixDim = pixels, SRow = rows }.HeaderOnly(), .. MemoryMarshal.AsBytes<short>(voxels)]);
    }

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
