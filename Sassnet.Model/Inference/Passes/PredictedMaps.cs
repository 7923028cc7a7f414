using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Volumes;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Passes;

/// <summary>The network's two maps of one structure of a volume, on the volume's grid, X fastest.</summary>
/// <param name="Probability">The probability that a voxel is of the structure, in [0, 1].</param>
/// <param name="Sdm">The normalised signed distance map, in [−1, 1], negative inside.</param>
public sealed record PredictedMaps(float[] Probability, float[] Sdm)
{
    /// <summary>Whether every value is a number: sums that overflow in the network leave NaN.</summary>
    internal bool AreNumbers => !HasNaN(Probability) && !HasNaN(Sdm);

    /// <summary>Maps of a volume for each structure, whose values are still to be written.</summary>
    internal static IReadOnlyList<PredictedMaps> Unwritten(int classes, GridSize size)
    {
        return [.. Enumerable.Range(0, classes).Select(_ => new PredictedMaps(Map(), Map()))];

        float[] Map() => GC.AllocateUninitializedArray<float>((int)size.Count);
    }

    /// <summary>Writes what a network's output has of a tile's core.</summary>
    /// <param name="maps">The maps of each structure of the volume, in the network's order.</param>
    /// <param name="output">(1, 2·classes, X, Y, Z) on the tile's box or on some of its planes along X, as <see cref="FoldedVNet.Forward"/> gives it.</param>
    /// <param name="network">Whose output it is.</param>
    /// <param name="size">The volume.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="start">The first of the planes.</param>
    internal static void Write(IReadOnlyList<PredictedMaps> maps, Tensor output, FoldedVNet network, GridSize size, Tile tile, int start = 0)
    {
        if (tile.Planes(start, start + (int)output.shape[2]) is not { } part)
            return;
        using var scope = NewDisposeScope();
        var (box, core) = part;
        var kept = VoxelTensor.In(core.In(box), output.squeeze(0));
        for (var structure = 0; structure < maps.Count; structure++)
        {
            Copy(kept.select(0, network.ProbabilityChannel + structure), maps[structure].Probability);
            Copy(kept.select(0, FoldedVNet.SdmChannel + structure), maps[structure].Sdm).mul_(2).sub_(1);
        }

        Tensor Copy(Tensor map, float[] voxels) => VoxelTensor.In(core, VoxelTensor.Over(voxels, size)).copy_(map.cpu());
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
}
