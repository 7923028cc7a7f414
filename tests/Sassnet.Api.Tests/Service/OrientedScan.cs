using System.Runtime.InteropServices;
using Sassnet.Model.Tests.Nifti;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Tests.Service;

/// <summary>A scan and its truth as NIfTI in any axis order: the voxels are moved and the sform says where they went.</summary>
public sealed class OrientedScan
{
    private const string Positive = "RAS";
    private const string Negative = "LPI";
    private readonly int[] _axes;
    private readonly bool[] _flips;
    private readonly GridSize _source;

    /// <param name="source">The grid of volumes whose axes run along R, A, S.</param>
    /// <param name="orientation">Where the axes of the file run, such as LPS or SAR.</param>
    public OrientedScan(GridSize source, string orientation)
    {
        _source = source;
        _axes = [.. orientation.Select(letter => Math.Max(Positive.IndexOf(letter, StringComparison.Ordinal), Negative.IndexOf(letter, StringComparison.Ordinal)))];
        _flips = [.. orientation.Select(letter => Negative.Contains(letter, StringComparison.Ordinal))];
    }

    /// <summary>The file: int16 (4) or float32 (16), gzipped.</summary>
    public byte[] ToNifti(Volume volume, short dataType)
    {
        var size = volume.VoxelSize;
        double[] edges = [size.X, size.Y, size.Z];
        var rows = new double[12];
        for (var axis = 0; axis < 3; axis++)
        {
            var row = _axes[axis];
            rows[(row * 4) + axis] = _flips[axis] ? -edges[row] : edges[row];
            rows[(row * 4) + 3] = _flips[axis] ? (_source[row] - 1) * edges[row] : 0;
        }

        var header = new NiftiBytes
        {
            Dim = [3, _source[_axes[0]], _source[_axes[1]], _source[_axes[2]], 1, 1, 1, 1],
            DataType = dataType,
            PixDim = [1, edges[_axes[0]], edges[_axes[1]], edges[_axes[2]], 0, 0, 0, 0],
            QformCode = 0,
            SRow = rows,
        }.HeaderOnly();
        var voxels = Move(volume.Voxels);
        var content = dataType == 4 ? MemoryMarshal.AsBytes<short>(ToInt16(voxels)) : MemoryMarshal.AsBytes<float>(voxels);
        return NiftiBytes.Gzip([.. header, .. content]);
    }

    /// <summary>Values in the file's order of voxels.</summary>
    public T[] Move<T>(T[] voxels)
    {
        var (x, y, z) = (_source[_axes[0]], _source[_axes[1]], _source[_axes[2]]);
        var moved = new T[voxels.Length];
        var index = new int[3];
        for (var i = 0; i < moved.Length; i++)
        {
            (index[_axes[0]], index[_axes[1]], index[_axes[2]]) = (At(0, i % x, x), At(1, i / x % y, y), At(2, i / (x * y), z));
            moved[i] = voxels[_source.IndexOf(index[0], index[1], index[2])];
        }

        return moved;
    }

    private int At(int axis, int position, int length) => _flips[axis] ? length - 1 - position : position;

    /// <summary>0 to 2000 over the range of the values, as a scanner would store them.</summary>
    private static short[] ToInt16(float[] voxels)
    {
        var (low, high) = (voxels.Min(), voxels.Max());
        return [.. voxels.Select(value => (short)MathF.Round((value - low) / (high - low) * 2000))];
    }
}
