using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>The network's two maps of one structure of a volume, on the volume's grid, X fastest.</summary>
/// <param name="Probability">The probability that a voxel is of the structure, in [0, 1].</param>
/// <param name="Sdm">The normalised signed distance map, in [−1, 1], negative inside.</param>
public sealed record PredictedMaps(float[] Probability, float[] Sdm)
{
    /// <summary>Whether every value is a number: sums that overflow in the network leave NaN.</summary>
    internal bool AreNumbers => !HasNaN(Probability) && !HasNaN(Sdm);

    /// <summary>Takes the maps of a network's output out of their padding.</summary>
    /// <param name="output">(1, 2·classes, X, Y, Z) on the padded grid, as <see cref="FoldedVNet.Forward"/> gives it.</param>
    /// <param name="network">Whose output it is.</param>
    /// <param name="size">The volume.</param>
    /// <param name="padded">The box around it that the network got.</param>
    /// <returns>Both maps of each structure, in the network's order.</returns>
    internal static IReadOnlyList<PredictedMaps> From(Tensor output, FoldedVNet network, GridSize size, GridBox padded)
    {
        using var scope = NewDisposeScope();
        var maps = output.squeeze(0)
            .narrow(1, -padded.Start.X, size.X).narrow(2, -padded.Start.Y, size.Y).narrow(3, -padded.Start.Z, size.Z);
        return [.. Enumerable.Range(0, network.Classes).Select(structure => new PredictedMaps(
            Copied(maps.select(0, network.ProbabilityChannel + structure), size),
            Copied(maps.select(0, FoldedVNet.SdmChannel + structure), size, values => values.mul_(2).sub_(1))))];
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
