using Sassnet.Model.Volumes;
using Sassnet.Training.Data;

namespace Sassnet.Training.Tests.Data;

/// <summary>Small scans of noise with a mask a third of the way up: no anatomy, for what only passes voxels on.</summary>
internal static class NoiseScans
{
    /// <summary>Two labelled scans, two unlabelled ones, and one for validation.</summary>
    public static ScanDataset Dataset()
    {
        TrainingScan[] scans = [.. Enumerable.Range(0, 4).Select(Scan)];
        return new ScanDataset(scans[..2], [.. scans[2..].Select(scan => scan with { Mask = null })], scans[2..3]);
    }

    /// <summary>One scan, brighter where its mask is.</summary>
    public static TrainingScan Scan(int seed)
    {
        var (size, random) = (new GridSize(40, 24, 20), new Random(seed));
        var mask = new byte[size.Count];
        mask.AsSpan(mask.Length / 3, mask.Length / 3).Fill(1);
        return new TrainingScan($"noise-{seed}", size, Affine.Scaling(VoxelSize.Unit), Array.ConvertAll(mask, label => label + random.NextSingle() - 0.5f), mask);
    }
}
