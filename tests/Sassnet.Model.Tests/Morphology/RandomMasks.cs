using Sassnet.Model.Volumes;

namespace Sassnet.Model.Tests.Morphology;

/// <summary>Masks whose voxels are foreground independently of each other.</summary>
internal static class RandomMasks
{
    public static byte[] Make(GridSize size, double density, Random random)
    {
        var mask = new byte[size.Count];
        for (var i = 0; i < mask.Length; i++)
            mask[i] = random.NextDouble() < density ? (byte)random.Next(1, 256) : (byte)0;
        return mask;
    }
}
