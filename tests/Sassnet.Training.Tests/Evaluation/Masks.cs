using Sassnet.Model.Volumes;

namespace Sassnet.Training.Tests.Evaluation;

/// <summary>Masks on one small grid of 1 × 1 × 3 mm.</summary>
internal static class Masks
{
    private static readonly GridSize Size = new(12, 12, 12);

    /// <summary>A mask of single voxels.</summary>
    public static LabelMap Of(params (int X, int Y, int Z)[] voxels)
    {
        var labels = new byte[Size.Count];
        foreach (var (x, y, z) in voxels)
            labels[Size.IndexOf(x, y, z)] = 1;
        return new LabelMap(Size, labels, Affine.Scaling(new VoxelSize(1, 1, 3)));
    }
}
