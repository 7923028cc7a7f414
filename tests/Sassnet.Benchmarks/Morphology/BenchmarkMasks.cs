using Sassnet.Model.Volumes;
using Sassnet.Training.Phantoms;
using Sassnet.Training.Seeds;

namespace Sassnet.Benchmarks.Morphology;

/// <summary>Masks the shape of an atrium.</summary>
internal static class BenchmarkMasks
{
    /// <summary>A training crop's grid.</summary>
    public static readonly GridSize Crop = new(112, 112, 80);

    /// <summary>A large scan's grid.</summary>
    public static readonly GridSize Large = new(512, 512, 256);

    /// <summary>The atrium of a phantom on the crop's grid.</summary>
    public static byte[] CropMask(ulong seed) =>
        PhantomGenerator.Generate(seed, new PhantomOptions { Grid = Crop, VoxelSize = new VoxelSize(1, 1, 1) }).Label.Labels;

    /// <summary>The atrium of a phantom on the large grid, every voxel of the phantom repeated four times along each axis.</summary>
    public static byte[] LargeMask(ulong seed)
    {
        const int Repeat = 4;
        var small = new GridSize(Large.X / Repeat, Large.Y / Repeat, Large.Z / Repeat);
        var labels = PhantomGenerator.Generate(seed, new PhantomOptions { Grid = small, VoxelSize = new VoxelSize(1, 1, 1.25) }).Label.Labels;
        var mask = new byte[Large.Count];
        for (var z = 0; z < Large.Z; z++)
        {
            for (var y = 0; y < Large.Y; y++)
            {
                for (var x = 0; x < Large.X; x++)
                    mask[Large.IndexOf(x, y, z)] = labels[small.IndexOf(x / Repeat, y / Repeat, z / Repeat)];
            }
        }

        return mask;
    }

    /// <summary>A copy with about one voxel in <paramref name="oneIn"/> flipped.</summary>
    public static byte[] WithNoise(byte[] mask, int oneIn)
    {
        var random = new RandomNumbers(4);
        return [.. mask.Select(label => random.NextUnit() * oneIn < 1 ? (byte)(1 - label) : label)];
    }
}
