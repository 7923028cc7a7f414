using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference.Modes;

/// <summary>Plans how a package's networks are led over a volume, by the memory that each way is expected to take and by its work (decision 10).</summary>
/// <param name="manifest">What the package says of itself.</param>
/// <param name="bytesPerValue">4 for float32, 2 for the half precisions.</param>
/// <param name="windowBatch">Windows, and mirrored passes, computed at once.</param>
/// <param name="memory">What may be taken of the processor's memory, in bytes; the most that there is for another device, which says itself when it has no more.</param>
internal sealed class InferencePlanner(ModelManifest manifest, int bytesPerValue, int windowBatch, long memory)
{
    private GridSize Window => InferencePlan.SizeOf(manifest.Inference.Patch);

    private int Filters => manifest.Architecture.Filters;

    private int Classes => manifest.Labels.Count;

    /// <summary>
    /// One pass where that fits, else the tiles of least work that fit. Where these would be more work than windows, or none fits: windows or the tiles that
    /// take the least memory for no more work, whichever needs less.
    /// </summary>
    /// <param name="grid">The prepared scan's grid.</param>
    /// <param name="mode">How; not <see cref="InferenceMode.Auto"/>.</param>
    public InferencePlan Of(GridSize grid, InferenceMode mode)
    {
        var windows = Plan(grid, InferenceMode.Window);
        if (mode == InferenceMode.Window)
            return windows;
        var tiles = TileGrid.Fitting(grid, MemoryFor(grid), padded => OfOnePass(padded, mode, windowBatch), tile => OfTiles(grid, tile, mode, windowBatch));
        var fitting = Plan(grid, mode, tiles);
        return tiles is null || (tiles.InSlabs && fitting.NetworkVoxels > windows.NetworkVoxels) ? Least(grid, mode, windows, windowBatch) : fitting;
    }

    /// <summary>
    /// The mode that suits of those that the package was measured in, each as what it comes to on this grid; those that come to windows in the end are none of
    /// their own. Windows that suit best but do not fit give way to what fits, and where nothing does to what needs least.
    /// </summary>
    /// <param name="grid">The prepared scan's grid.</param>
    /// <param name="quality">What to choose by.</param>
    public InferencePlan Chosen(GridSize grid, InferenceQuality quality)
    {
        var dice = manifest.Inference.ValidationDice;
        var plans = (from mode in InferenceModes.Explicit
                     where dice.ContainsKey(mode.Word())
                     let plan = Of(grid, mode)
                     where plan.Mode == mode
                     select plan).ToList();
        var best = Best(plans.Where(plan => plan.Tiles is null || Fits(plan)));
        if (Fits(best))
            return best;
        var fitting = plans.Where(Fits).ToList();
        return fitting.Count > 0 ? Best(fitting) : plans.Append(best).MinBy(plan => Need(plan, windowBatch));

        InferencePlan Best(IEnumerable<InferencePlan> among) => Of(
            grid, ModeChoice.Of(quality, [.. among.Select(plan => new MeasuredMode(plan.Mode, dice[plan.Mode.Word()], plan.NetworkVoxels))]));
    }

    /// <summary>
    /// What to try next where memory ran out over one pass or tiles, computed one at once: smaller tiles, and where these would be more work than windows, what
    /// <see cref="Of"/> takes where nothing fits. Each is estimated to need less than what ran out, so that there is an end.
    /// </summary>
    /// <param name="ranOut">What ran out.</param>
    /// <returns>Null where nothing needs less.</returns>
    public InferencePlan? Smaller(InferencePlan ranOut)
    {
        var (grid, mode, windows) = (ranOut.Grid, ranOut.Mode, Plan(ranOut.Grid, InferenceMode.Window));
        if (ranOut.Tiles?.Smaller() is { } tiles && Plan(grid, mode, tiles) is var smaller && smaller.NetworkVoxels <= windows.NetworkVoxels && NeedsLess(smaller))
            return smaller;
        var least = Least(grid, mode, windows, atOnce: 1);
        return NeedsLess(least) ? least : null;

        bool NeedsLess(InferencePlan plan) => Need(plan, atOnce: 1) < Need(ranOut, atOnce: 1);
    }

    // The smallest tiles may be a hundred times the work of one pass: for memory alone no more is done than windows would do.
    private InferencePlan Least(GridSize grid, InferenceMode mode, InferencePlan windows, int atOnce)
    {
        var mostWork = (double)windows.NetworkVoxels / Plan(grid, mode).NetworkVoxels;
        if (mostWork < 1)
            return windows;
        var tiles = Plan(grid, mode, TileGrid.Least(grid, tile => OfTiles(grid, tile, mode, atOnce), mostWork));
        return Need(tiles, atOnce) < Need(windows, atOnce) ? tiles : windows;
    }

    private InferencePlan Plan(GridSize grid, InferenceMode mode, TileGrid? tiles = null) => InferencePlan.Of(grid, mode, manifest.Inference, manifest.MemberCount, tiles);

    // Of several members the sums of what those before have predicted are there beside each.
    private long MemoryFor(GridSize grid) => memory - (manifest.MemberCount > 1 ? ActivationMemory.OfMaps(grid, Classes) : 0);

    private bool Fits(InferencePlan plan) => Need(plan, windowBatch) <= MemoryFor(plan.Grid);

    private long Need(InferencePlan plan, int atOnce) => plan.Tiles switch
    {
        null => OfWindows(plan, atOnce),
        { InSlabs: true, Largest: var tile } => OfTiles(plan.Grid, tile, plan.Mode, atOnce),
        { Largest: var padded } => OfOnePass(padded, plan.Mode, atOnce),
    };

    private long OfWindows(InferencePlan plan, int atOnce)
    {
        var windows = plan.NetworkVoxels / (manifest.MemberCount * Window.Count);
        return windows == 1
            ? ActivationMemory.OfOnePass(Window, Filters, bytesPerValue, Classes)
            : ActivationMemory.OfWindows(plan.Grid, Window, Filters, bytesPerValue, (int)Math.Min(atOnce, windows), Classes);
    }

    private long OfOnePass(GridSize padded, InferenceMode mode, int atOnce) => mode == InferenceMode.Whole
        ? ActivationMemory.OfOnePass(padded, Filters, bytesPerValue, Classes)
        : ActivationMemory.OfMirroredPasses(padded, Filters, bytesPerValue, Mirrors(atOnce), Classes);

    private long OfTiles(GridSize grid, GridSize tile, InferenceMode mode, int atOnce) => mode == InferenceMode.Whole
        ? ActivationMemory.OfTiles(grid, tile, Filters, bytesPerValue, Classes)
        : ActivationMemory.OfMirroredTiles(grid, tile, Filters, bytesPerValue, Mirrors(atOnce), Classes);

    private static int Mirrors(int atOnce) => Math.Min(atOnce, MirroredInference.Passes);
}
