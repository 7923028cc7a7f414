using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Model.Tests.Inference.Modes;

/// <summary>
/// 16 filters in float32 and windows of 80×80×64 at half strides. By hand, in bytes, 67 108 864 of the heap in each (decision 10).
/// <para>128×128×128, windows: 409 600·352 + 2 097 152·24 = 261 619 712 in all with one structure, 409 600·520 + 2 097 152·136 = 565 313 536 with eight.</para>
/// <para>In slabs of 16 planes and 4 beside, which are 327 680 voxels: 524 288·64 of the second level, 131 072·64 of the third, 327 680·464 or ·576 of a slab, and
/// 2 097 152·8 or ·64 of the maps: 277 872 640 in all with one structure, 432 013 312 with eight. It is too short to be cut.</para>
/// <para>304×256×256, windows: 409 600·352 + 19 922 944·24 = 689 438 720 in all with one structure, 409 600·520 + 19 922 944·136 = 2 989 621 248 with eight.</para>
/// <para>In the tiles that need least, 16 of at most 224×160×192, with slabs of 8 planes and 4 beside, which are 368 640 voxels: 1 720 320·64, 430 080·64,
/// 368 640·464 or ·576, and 19 922 944·8 or ·64: 535 166 976 in all with one structure, 1 692 139 520 with eight. They are 5.3 passes, windows 6.0.</para>
/// <para>Four mirrored passes in the two halves of 304×192×256, which are 6.0 passes, with eight structures: 3 735 552·64, 933 888·64, 589 824·576 of a slab, and
/// both maps of 14 942 208 and 19 922 944 voxels ·64: 2 937 061 376 in all.</para>
/// </summary>
public sealed class InferencePlannerTests
{
    private const long Little = 1 << 20;

    private static readonly GridSize Small = new(128, 128, 128);
    private static readonly GridSize Large = new(304, 256, 256);

    private static readonly ModelManifest Phantom = ModelPackage.Open(Path.Combine(RepositoryFiles.Root, "Sassnet.Api", "models", "phantom")).Manifest;

    [Theory]
    [InlineData(1, null)]
    [InlineData(8, 1)]
    public void Where_nothing_fits_a_small_scan_goes_in_windows_with_one_structure_and_whole_with_eight(int classes, int? tiles) =>
        Assert.Equal(tiles, Planner(classes, Little).Of(Small, InferenceMode.Whole).Tiles?.Count);

    [Theory]
    [InlineData(1, 535_166_975L)]
    [InlineData(8, 1_692_139_519L)]
    public void Where_nothing_fits_a_large_scan_goes_in_the_tiles_that_need_least_and_are_no_more_work_than_windows(int classes, long memory)
    {
        foreach (var limit in (long[])[Little, memory, memory + 1])
        {
            var plan = Planner(classes, limit).Of(Large, InferenceMode.Whole);
            Assert.Equal((InferenceMode.Whole, 16, new GridSize(224, 192, 160)), (plan.Mode, plan.Tiles?.Count, plan.Tiles?.Largest));
            Assert.InRange(plan.NetworkVoxels, Large.Count, Planner(classes, limit).Of(Large, InferenceMode.Window).NetworkVoxels);
        }
    }

    [Fact]
    public void Windows_that_fit_are_taken_where_no_tiles_do()
    {
        Assert.Equal(InferenceMode.Window, Planner(1, 261_619_712).Of(Small, InferenceMode.Whole).Mode);
        Assert.Equal(InferenceMode.Window, Planner(1, 277_872_639).Of(Small, InferenceMode.Whole).Mode);
        Assert.Equal(InferenceMode.Whole, Planner(1, 277_872_640).Of(Small, InferenceMode.Whole).Mode);
    }

    [Fact]
    public void Windows_are_taken_where_the_least_work_without_them_would_be_more() =>
        Assert.Equal(InferenceMode.Window, Planner(8, Little).Of(new GridSize(80, 80, 64), InferenceMode.WholeFlips).Mode);

    [Theory]
    [InlineData(1_600_000_000L, InferenceMode.Whole, 16)]
    [InlineData(2_000_000_000L, InferenceMode.Whole, 2)]
    [InlineData(2_937_061_376L, InferenceMode.WholeFlips, 2)]
    [InlineData(2_989_621_247L, InferenceMode.WholeFlips, 2)]
    [InlineData(2_989_621_248L, InferenceMode.Window, null)]
    public void Windows_that_are_best_but_do_not_fit_give_way_to_the_best_that_fits_or_to_what_needs_least(long memory, InferenceMode expected, int? tiles)
    {
        var plan = Planner(8, memory, ("whole", 0.88), ("whole-flips", 0.899), ("window", 0.9)).Chosen(Large, InferenceQuality.Best);
        Assert.Equal((expected, tiles), (plan.Mode, plan.Tiles?.Count));
    }

    [Fact]
    public void What_is_good_enough_beside_windows_is_taken_for_the_same_whether_or_not_they_fit()
    {
        (string, double)[] dice = [("whole", 0.8985), ("whole-flips", 0.9), ("window", 0.9015)];
        Assert.Equal(InferenceMode.WholeFlips, Planner(8, 2_989_621_247, dice).Chosen(Large, InferenceQuality.Balanced).Mode);
        Assert.Equal(InferenceMode.WholeFlips, Planner(8, 2_989_621_248, dice).Chosen(Large, InferenceQuality.Balanced).Mode);
    }

    [Fact]
    public void A_mode_that_does_not_fit_is_not_chosen_before_one_that_does() =>
        Assert.Equal(InferenceMode.Whole, Planner(8, 2_000_000_000, ("whole", 0.88), ("whole-flips", 0.9)).Chosen(Large, InferenceQuality.Best).Mode);

    [Fact]
    public void Where_no_mode_was_measured_windows_are_taken_however_little_there_is() =>
        Assert.Equal(InferenceMode.Window, Planner(8, Little).Chosen(Large, InferenceQuality.Balanced).Mode);

    /// <summary>Six tiles need hardly less than windows, and tiles half as large would be 14 passes: what is left are those that need least.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void After_memory_ran_out_nothing_is_tried_that_needs_more_than_what_ran_out(int classes) =>
        Assert.Equal("one pass, slabs of 1, slabs of 6, slabs of 16", Tried(Planner(classes, long.MaxValue), Large, InferenceMode.Whole));

    [Theory]
    [InlineData(1, InferenceMode.Whole, "one pass, slabs of 1, windows")]
    [InlineData(8, InferenceMode.Whole, "one pass, slabs of 1")]
    [InlineData(1, InferenceMode.WholeFlips, "one pass, slabs of 1, windows")]
    public void After_memory_ran_out_windows_are_tried_where_they_need_less(int classes, InferenceMode mode, string expected) =>
        Assert.Equal(expected, Tried(Planner(classes, long.MaxValue), Small, mode));

    [Theory]
    [InlineData(1, "one pass, slabs of 1, windows")]
    [InlineData(8, "one pass, slabs of 1, slabs of 2")]
    public void Mirrored_passes_that_ran_out_end_in_windows_with_one_structure_and_in_tiles_with_eight(int classes, string expected) =>
        Assert.Equal(expected, Tried(Planner(classes, long.MaxValue), Large, InferenceMode.WholeFlips));

    // Where memory runs out each time.
    private static string Tried(InferencePlanner planner, GridSize grid, InferenceMode mode)
    {
        var tried = new List<string>();
        for (InferencePlan? next = planner.Of(grid, mode); next is { } plan; next = plan.Tiles is null ? null : planner.Smaller(plan))
        {
            tried.Add(plan.Tiles switch
            {
                null => "windows",
                { InSlabs: false } => "one pass",
                { Count: var count } => FormattableString.Invariant($"slabs of {count}"),
            });
        }

        return string.Join(", ", tried);
    }

    private static InferencePlanner Planner(int classes, long memory, params (string Mode, double Dice)[] measured) => new(
        Phantom with
        {
            Architecture = new Architecture("vnet-sdm", 16, classes),
            Labels = [.. Enumerable.Range(1, classes).Select(value => new Label((byte)value, $"test {value}", null))],
            Inference = new InferenceSpecification([80, 80, 64], [40, 40, 32], measured.ToDictionary(one => one.Mode, one => one.Dice)),
        },
        sizeof(float),
        windowBatch: 1,
        memory);
}
