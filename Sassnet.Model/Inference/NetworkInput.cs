using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>Lays a volume out as the network wants it.</summary>
internal static class NetworkInput
{
    /// <summary>Copies a volume once: into the middle of the padding, beside the channel of zeros, in the network's data type, on its device.</summary>
    /// <param name="voxels">Normalised intensities on <see cref="GridPadding.Size"/>, X fastest.</param>
    /// <param name="padding">The zeros around it.</param>
    /// <param name="network">The network it is for.</param>
    /// <returns>(1, <see cref="FoldedVNet.InputChannels"/>, X, Y, Z), channels-last, on <see cref="GridPadding.Padded"/>.</returns>
    public static Tensor From(float[] voxels, GridPadding padding, FoldedVNet network)
    {
        using var scope = NewDisposeScope();
        var (size, padded) = (padding.Size, padding.Padded);
        var input = zeros([padded.X, padded.Y, padded.Z, FoldedVNet.InputChannels], dtype: network.DataType, device: network.Device);
        var image = input.select(3, 0).narrow(0, padding.Before(0), size.X).narrow(1, padding.Before(1), size.Y).narrow(2, padding.Before(2), size.Z);
        image.copy_(VoxelTensor.Over(voxels, size));
        return input.permute(3, 0, 1, 2).unsqueeze(0).MoveToOuterDisposeScope();
    }
}
