using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>Shows an array of voxels to torch without copying it.</summary>
internal static class VoxelTensor
{
    /// <summary>A tensor (X, Y, Z) over an array with X fastest; writing to one changes the other. The array stays pinned until the tensor is disposed.</summary>
    public static Tensor Over(float[] voxels, GridSize size)
    {
        using var scope = NewDisposeScope();
        return frombuffer(voxels, ScalarType.Float32, voxels.Length).reshape(size.Z, size.Y, size.X).permute(2, 1, 0).MoveToOuterDisposeScope();
    }
}
