using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>The stage <c>restore</c>: the network's two maps of one structure, on the scan's own grid.</summary>
/// <param name="Probability">The probability that a voxel is of the structure, in [0, 1]; 0 where nothing was imaged.</param>
/// <param name="Sdm">The normalised signed distance map, in [−1, 1], negative inside; 1, as far outside as it goes, where nothing was imaged.</param>
public sealed record RestoredMaps(Volume Probability, Volume Sdm)
{
    /// <summary>Brings the maps of a prepared scan back, on the processor.</summary>
    /// <param name="maps">The maps on the grid that the network saw.</param>
    /// <param name="grid">That grid.</param>
    public static RestoredMaps Of(PredictedMaps maps, ModelGrid grid)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(grid);
        return new RestoredMaps(grid.Restore(maps.Probability, outside: 0), grid.Restore(maps.Sdm, outside: 1));
    }
}
