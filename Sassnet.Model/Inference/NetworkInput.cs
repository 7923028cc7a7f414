using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

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
            var image = VoxelTensor.In(seen with { Start = (seen.Start.X - box.Start.X, seen.Start.Y - box.Start.Y, seen.Start.Z - box.Start.Z) }, input.select(3, 0));
            image.copy_(VoxelTensor.In(seen, VoxelTensor.Over(voxels, size)));
        }

        return input.permute(3, 0, 1, 2).unsqueeze(0).MoveToOuterDisposeScope();
    }
}
