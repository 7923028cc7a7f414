using Sassnet.Model.Volumes;

namespace Sassnet.Benchmarks.Networks;

/// <summary>
/// How much arithmetic a forward pass of the V-Net is: two operations per multiply-add of its convolutions, nothing else counted.
/// Common profilers count a transposed convolution as if every kernel position met every output voxel, eight times what a stride of 2 leaves to do;
/// the 94 GFLOP usually quoted for a 112×112×80 window at 16 filters are counted like that, and 80 GFLOP are done.
/// </summary>
internal static class ArithmeticWork
{
    private const int Levels = 5;

    // Plain 3×3×3 convolutions that keep their level's channels, on the way down and up together.
    private static readonly int[] Convolutions = [1, 4, 6, 6, 3];

    /// <summary>Floating-point operations that one window takes.</summary>
    public static double Done(int filters, GridSize window) => Count(filters, window, transposedFactor: 1);

    /// <summary>Floating-point operations for one window as profilers quote them.</summary>
    public static double Quoted(int filters, GridSize window) => Count(filters, window, transposedFactor: 8);

    private static double Count(int filters, GridSize window, double transposedFactor)
    {
        var total = 0.0;
        for (var level = 0; level < Levels; level++)
        {
            var voxels = window.Count / Math.Pow(8, level);
            var channels = filters * Math.Pow(2, level);
            total += Convolutions[level] * voxels * channels * channels * 27;

            // A 2×2×2 stride-2 convolution down and its transpose up: 8·c·2c at each voxel of the coarser grid.
            if (level + 1 < Levels)
                total += (1 + transposedFactor) * (voxels / 8) * 8 * channels * (2 * channels);
        }

        var firstConvolution = window.Count * (double)filters * 27;
        var heads = window.Count * 2.0 * filters;
        return 2 * (total + firstConvolution + heads);
    }
}
