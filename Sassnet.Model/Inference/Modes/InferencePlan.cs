using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference.Modes;

/// <summary>What leading a network over a volume comes to, known before it begins.</summary>
/// <param name="Grid">The volume in the model's orientation and at its voxel size.</param>
/// <param name="Mode">How; never <see cref="InferenceMode.Auto"/>.</param>
/// <param name="NetworkVoxels">Voxels that go through the network, padding, overlaps and all members counted: the time it takes is in proportion.</param>
/// <param name="Tiles">The passes over the whole volume, one or, where memory is short, tiles; null with windows.</param>
public readonly record struct InferencePlan(GridSize Grid, InferenceMode Mode, long NetworkVoxels, TileGrid? Tiles)
{
    /// <summary>Plans one mode over a grid.</summary>
    /// <param name="grid">The volume in the model's orientation and at its voxel size.</param>
    /// <param name="mode">How.</param>
    /// <param name="inference">The package's windows.</param>
    /// <param name="members">How many networks the package has.</param>
    /// <param name="tiles">In which tiles the grid is taken whole; null for one pass.</param>
    public static InferencePlan Of(GridSize grid, InferenceMode mode, InferenceSpecification inference, int members = 1, TileGrid? tiles = null)
    {
        ArgumentNullException.ThrowIfNull(inference);
        if (mode is InferenceMode.Whole or InferenceMode.WholeFlips)
        {
            tiles ??= TileGrid.OnePass(grid);
            return new InferencePlan(grid, mode, members * tiles.NetworkVoxels * (mode == InferenceMode.Whole ? 1 : MirroredInference.Passes), tiles);
        }

        var (window, stride) = (SizeOf(inference.Patch), SizeOf(inference.Stride));
        return new InferencePlan(grid, mode, members * new WindowGrid(GridPadding.ToHold(grid, window).Size, window, stride).Count * window.Count, Tiles: null);
    }

    /// <summary>A window or a stride, as a package has it.</summary>
    internal static GridSize SizeOf(IReadOnlyList<int> sides) => new(sides[0], sides[1], sides[2]);
}
