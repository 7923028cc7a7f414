using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Passes;

/// <summary>Shows voxels to torch without copying them.</summary>
internal static class VoxelTensor
{
    /// <summary>A tensor (X, Y, Z) over an array with X fastest; writing to one changes the other. The array stays pinned until the tensor is disposed.</summary>
    public static Tensor Over(float[] voxels, GridSize size)
    {
        using var scope = NewDisposeScope();
        return frombuffer(voxels, ScalarType.Float32, voxels.Length).reshape(size.Z, size.Y, size.X).permute(2, 1, 0).MoveToOuterDisposeScope();
    }

    /// <summary>The voxels of a box, which lies in it, of a tensor whose last three axes are X, Y, Z.</summary>
    public static Tensor In(GridBox box, Tensor voxels)
    {
        using var scope = NewDisposeScope();
        return voxels.narrow(-3, box.Start.X, box.Size.X).narrow(-2, box.Start.Y, box.Size.Y).narrow(-1, box.Start.Z, box.Size.Z).MoveToOuterDisposeScope();
    }
}
