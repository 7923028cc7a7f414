using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>Lays a volume out as the network wants it.</summary>
internal static class NetworkInput
{
    /// <summary>Copies a volume once: into the middle of the padding, beside the channel of zeros, in the network's data type, on its device.</summary>
    /// <param name="voxels">Normalised intensities, X fastest.</param>
    /// <param name="size">Their grid.</param>
    /// <param name="padded">The box around them that the network gets (<see cref="GridPadding"/>).</param>
    /// <param name="network">The network it is for.</param>
    /// <returns>(1, <see cref="FoldedVNet.InputChannels"/>, X, Y, Z), channels-last, on the padded grid.</returns>
    public static Tensor From(float[] voxels, GridSize size, GridBox padded, FoldedVNet network)
    {
        using var scope = NewDisposeScope();
        var input = zeros([padded.Size.X, padded.Size.Y, padded.Size.Z, FoldedVNet.InputChannels], dtype: network.DataType, device: network.Device);
        var image = input.select(3, 0).narrow(0, -padded.Start.X, size.X).narrow(1, -padded.Start.Y, size.Y).narrow(2, -padded.Start.Z, size.Z);
        image.copy_(VoxelTensor.Over(voxels, size));
        return input.permute(3, 0, 1, 2).unsqueeze(0).MoveToOuterDisposeScope();
    }
}
