using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>The network's two maps of a volume, on the volume's grid, X fastest.</summary>
/// <param name="Probability">The probability of the foreground, in [0, 1].</param>
/// <param name="Sdm">The normalised signed distance map, in [−1, 1], negative inside.</param>
public sealed record PredictedMaps(float[] Probability, float[] Sdm)
{
    /// <summary>Whether every value is a number: sums that overflow in the network leave NaN.</summary>
    internal bool AreNumbers => !HasNaN(Probability) && !HasNaN(Sdm);

    /// <summary>Takes the maps of a network's output out of their padding.</summary>
    /// <param name="output">(1, 2, X, Y, Z) on the padded grid, as <see cref="FoldedVNet.Forward"/> gives it.</param>
    /// <param name="size">The volume.</param>
    /// <param name="padded">The box around it that the network got.</param>
    internal static PredictedMaps From(Tensor output, GridSize size, GridBox padded)
    {
        using var scope = NewDisposeScope();
        var maps = output.squeeze(0)
            .narrow(1, -padded.Start.X, size.X).narrow(2, -padded.Start.Y, size.Y).narrow(3, -padded.Start.Z, size.Z);
        var sdm = Copied(maps.select(0, FoldedVNet.SdmChannel), size, values => values.mul_(2).sub_(1));
        return new PredictedMaps(Copied(maps.select(0, FoldedVNet.ProbabilityChannel), size), sdm);
    }

    private static bool HasNaN(float[] map)
    {
        foreach (var value in map)
        {
            if (float.IsNaN(value))
                return true;
        }

        return false;
    }

    private static float[] Copied(Tensor map, GridSize size, Action<Tensor>? change = null)
    {
        var voxels = GC.AllocateUninitializedArray<float>((int)size.Count);
        var target = VoxelTensor.Over(voxels, size);
        target.copy_(map.cpu());
        change?.Invoke(target);
        return voxels;
    }
}
