using Sassnet.Model.Volumes;

namespace Sassnet.Tests;

/// <summary>The volumes of the portable golden values: a formula, no scan.</summary>
internal static class GoldenVolume
{
    /// <summary>The volume of a number: a ball in a pattern.</summary>
    /// <param name="n">Its number.</param>
    /// <param name="size">Its grid; recorded were those of 112×112×80.</param>
    public static (float[] Image, byte[] Mask) Of(int n, GridSize size)
    {
        var (image, mask) = (new float[size.Count], new byte[size.Count]);
        for (var z = 0; z < size.Z; z++)
        {
            for (var y = 0; y < size.Y; y++)
            {
                for (var x = 0; x < size.X; x++)
                {
                    var (dx, dy, dz, radius) = (x - 50 - (3 * n), y - 60, z - 40 + n, 24 + n);
                    var inside = (dx * dx) + (dy * dy) + (dz * dz) <= radius * radius ? 1 : 0;
                    var index = size.IndexOf(x, y, z);
                    mask[index] = (byte)inside;
                    image[index] = ((((7 * x) + (13 * y) + (17 * z) + (29 * n)) % 64) - 32 + (40 * inside)) / 32f;
                }
            }
        }

        return (image, mask);
    }
}
