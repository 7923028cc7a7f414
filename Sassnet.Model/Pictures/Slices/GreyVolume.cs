using Sassnet.Model.Volumes;

namespace Sassnet.Model.Pictures.Slices;

/// <summary>A scan as it is looked at: a grey level for each voxel, a quarter of the scan's own size.</summary>
/// <param name="Size">The grid.</param>
/// <param name="Levels">From 0, black, to 255, white, X fastest.</param>
/// <param name="Affine">Voxel index → RAS millimetres.</param>
public sealed record GreyVolume(GridSize Size, byte[] Levels, Affine Affine)
{
    /// <summary>The grey levels of a scan, from its 1st to its 99.5th percentile.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="isInverted">Whether its lowest values are white.</param>
    public static GreyVolume Of(Volume scan, bool isInverted = false)
    {
        ArgumentNullException.ThrowIfNull(scan);
        var window = GreyWindow.Of(scan.Voxels);
        var levels = GC.AllocateUninitializedArray<byte>(scan.Voxels.Length);
        VoxelBlocks.ForEach(levels.Length, (start, length) =>
        {
            var block = levels.AsSpan(start, length);
            window.Fill(scan.Voxels.AsSpan(start, length), block);
            if (isInverted)
                Invert(block);
        });
        return new GreyVolume(scan.Size, levels, scan.Affine);
    }

    private static void Invert(Span<byte> levels)
    {
        foreach (ref var level in levels)
            level = (byte)(byte.MaxValue - level);
    }
}
