using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>The network's two maps of a volume, on the volume's grid, X fastest.</summary>
/// <param name="Probability">The probability of the foreground, in [0, 1].</param>
/// <param name="Sdm">The normalised signed distance map, in [−1, 1], negative inside.</param>
public sealed record PredictedMaps(float[] Probability, float[] Sdm)
{
    /// <summary>Takes the maps of a network's output out of their padding.</summary>
    /// <param name="output">(1, 2, X, Y, Z) on the padded grid, as <see cref="FoldedVNet.Forward"/> gives it.</param>
    /// <param name="padding">The padding.</param>
    internal static PredictedMaps From(Tensor output, GridPadding padding)
    {
        using var scope = NewDisposeScope();
        var size = padding.Size;
        var maps = output.squeeze(0)
            .narrow(1, padding.Before(0), size.X).narrow(2, padding.Before(1), size.Y).narrow(3, padding.Before(2), size.Z);
        var sdm = Copied(maps.select(0, FoldedVNet.SdmChannel), size, values => values.mul_(2).sub_(1));
        return new PredictedMaps(Copied(maps.select(0, FoldedVNet.ProbabilityChannel), size), sdm);
    }

    private static float[] Copied(Tensor map, GridSize size, Action<Tensor>? change = null)
    {
        var voxels = GC.AllocateUninitializedArray<float>((int)size.Count);
        var target = VoxelTensor.Over(voxels, size);
        target.copy_(map);
        change?.Invoke(target);
        return voxels;
    }
}
