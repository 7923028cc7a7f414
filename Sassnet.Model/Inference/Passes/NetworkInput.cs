using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Passes;

/// <summary>Lays a volume, or a part of one, out as the network wants it.</summary>
internal static class NetworkInput
{
    /// <summary>Copies what a box has of a volume once: amid its padding, beside the channel of zeros, in the network's data type, on its device.</summary>
    /// <param name="voxels">Normalised intensities, X fastest.</param>
    /// <param name="size">Their grid.</param>
    /// <param name="box">The box that the network gets, around all of the grid (<see cref="GridPadding"/>), or a part (<see cref="TileGrid"/>), which may lie in its padding.</param>
    /// <param name="network">The network it is for.</param>
    /// <returns>(1, <see cref="FoldedVNet.InputChannels"/>, X, Y, Z), channels-last, on the box.</returns>
    public static Tensor From(float[] voxels, GridSize size, GridBox box, FoldedVNet network)
    {
        using var scope = NewDisposeScope();
        var input = zeros([box.Size.X, box.Size.Y, box.Size.Z, FoldedVNet.InputChannels], dtype: network.DataType, device: network.Device);
        if (box.Start.X < size.X && box.End.X > 0)
        {
            var seen = box.Intersect(size);
            VoxelTensor.In(seen.In(box), input.select(3, 0)).copy_(VoxelTensor.In(seen, VoxelTensor.Over(voxels, size)));
        }

        return input.permute(3, 0, 1, 2).unsqueeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>What a box has of an input of a whole volume: a view of it, or, where the box reaches beyond the volume, a copy amid zeros.</summary>
    /// <param name="input">The input, on all of the grid.</param>
    /// <param name="size">The grid.</param>
    /// <param name="box">The box, which has a voxel of the grid.</param>
    /// <returns>(1, <see cref="FoldedVNet.InputChannels"/>, X, Y, Z), channels-last, on the box.</returns>
    public static Tensor Part(Tensor input, GridSize size, GridBox box)
    {
        using var scope = NewDisposeScope();
        var seen = box.Intersect(size);
        var part = VoxelTensor.In(seen, input);
        if (seen == box)
            return part.MoveToOuterDisposeScope();
        var padded = zeros([box.Size.X, box.Size.Y, box.Size.Z, FoldedVNet.InputChannels], dtype: input.dtype, device: input.device).permute(3, 0, 1, 2).unsqueeze(0);
        VoxelTensor.In(seen.In(box), padded).copy_(part);
        return padded.MoveToOuterDisposeScope();
    }
}
