using Sassnet.Model.Volumes;

namespace Sassnet.Model.Preprocessing;

/// <summary>
/// Brings a volume to another voxel size, centre on centre. Each new voxel is the average of the old ones under its own
/// extent, and at least one old voxel wide: linear interpolation when the grid gets finer, area averaging, free of aliasing, when it gets coarser.
/// </summary>
public static class Resampler
{
    // A grid that is finer by rounding error alone must not gain a row.
    private const double RoundingSlack = 1e-4;

    private const float Half = 0.5f;

    /// <summary>The grid that covers a volume at another voxel size: no voxel of the input lies outside it.</summary>
    public static GridSize SizeAt(GridSize size, VoxelSize from, VoxelSize to)
    {
        return new(Side(0), Side(1), Side(2));

        int Side(int axis) => (int)Math.Clamp(Math.Ceiling((size[axis] * from[axis] / to[axis]) - RoundingSlack), 1, int.MaxValue);
    }

    /// <summary>Whether a grid already has a voxel size, but for rounding, so that nothing is resampled.</summary>
    public static bool Keeps(GridSize size, VoxelSize from, VoxelSize to) =>
        SizeAt(size, from, to) == size && Enumerable.Range(0, 3).All(axis => Math.Abs((from[axis] / to[axis]) - 1) < RoundingSlack);

    /// <summary>Resamples a volume to a voxel size; the axes keep their directions.</summary>
    /// <param name="input">The volume; it is not changed, and is returned itself when it already has the voxel size.</param>
    /// <param name="target">Millimetres along the volume's X, Y, Z.</param>
    public static Volume Resample(Volume input, VoxelSize target)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (from, size) = (input.VoxelSize, SizeAt(input.Size, input.VoxelSize, target));
        if (Keeps(input.Size, from, target))
            return input;
        return new Volume(size, Resample(input.Voxels, input.Size, from, size, target), Moved(input.Affine, input.Size, from, size, target));
    }

    /// <summary>The affine of a grid with another voxel size and a common centre.</summary>
    internal static Affine Moved(Affine affine, GridSize size, VoxelSize spacing, GridSize targetSize, VoxelSize targetSpacing)
    {
        Span<double> map = stackalloc double[12];
        for (var axis = 0; axis < 3; axis++)
        {
            var step = targetSpacing[axis] / spacing[axis];
            map[(axis * 4) + axis] = step;
            map[(axis * 4) + 3] = (size[axis] - 1 - ((targetSize[axis] - 1) * step)) / 2;
        }

        return affine.Compose(new Affine(map));
    }

    /// <summary>
    /// Resamples labels between two grids with a common centre: where more than half of a voxel is labelled, the label that has the most of it (of equals the
    /// lowest), else 0. So no gap opens between labels that touch.
    /// </summary>
    /// <inheritdoc cref="Resample(float[], GridSize, VoxelSize, GridSize, VoxelSize)"/>
    public static byte[] Resample(byte[] voxels, GridSize size, VoxelSize spacing, GridSize targetSize, VoxelSize targetSpacing)
    {
        var values = LabelMap.ValuesOf(voxels);
        if (values.Count == 1)
            return Array.ConvertAll(ShareOf(values[0]), share => share > Half ? values[0] : (byte)0);
        var (labels, labelled, most) = (new byte[targetSize.Count], new float[targetSize.Count], new float[targetSize.Count]);
        foreach (var label in values)
        {
            var share = ShareOf(label);
            for (var i = 0; i < share.Length; i++)
            {
                labelled[i] += share[i];
                if (share[i] > most[i])
                    (labels[i], most[i]) = (label, share[i]);
            }
        }

        for (var i = 0; i < labels.Length; i++)
            labels[i] = labelled[i] > Half ? labels[i] : (byte)0;
        return labels;

        float[] ShareOf(byte label) => Resample(Array.ConvertAll(voxels, value => value == label ? 1f : 0f), size, spacing, targetSize, targetSpacing);
    }

    /// <summary>Resamples voxels between two grids with a common centre; with the grids exchanged it undoes itself, but for the blur.</summary>
    /// <param name="voxels">Values on the grid <paramref name="size"/>, X fastest.</param>
    /// <param name="size">The grid to come from.</param>
    /// <param name="spacing">Its voxel size in millimetres.</param>
    /// <param name="targetSize">The grid to go to.</param>
    /// <param name="targetSpacing">Its voxel size in millimetres.</param>
    /// <returns>A new array on the target grid, or <paramref name="voxels"/> itself where nothing changes. Beyond the edge the outermost value holds.</returns>
    public static float[] Resample(float[] voxels, GridSize size, VoxelSize spacing, GridSize targetSize, VoxelSize targetSpacing)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        var (x, y, z) = (Along(0), Along(1), Along(2));
        if (x.IsIdentity && y.IsIdentity && z.IsIdentity)
            return voxels;
        var result = GC.AllocateUninitializedArray<float>(checked((int)targetSize.Count));
        new GridResampling(x, y, z).Run(voxels, size, GridBox.Whole(size), result, targetSize, GridBox.Whole(targetSize));
        return result;

        AxisWeights Along(int axis) => AxisWeights.Between(size[axis], targetSize[axis], targetSpacing[axis] / spacing[axis]);
    }
}
