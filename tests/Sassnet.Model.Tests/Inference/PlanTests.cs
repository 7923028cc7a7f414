using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Inference;

public sealed class PlanTests
{
    // One window; and one of 125 windows at half strides, which come to more than four passes.
    private static readonly GridSize Small = new(20, 18, 16);
    private static readonly GridSize Large = new(96, 96, 48);

    private static readonly Dictionary<string, double> WindowIsBest = new() { ["whole"] = 0.88, ["whole-flips"] = 0.899, ["window"] = 0.9 };

    [Fact]
    public void What_auto_takes_goes_by_what_the_modes_cost_on_the_scans_grid()
    {
        using var package = TemporaryPackage.Random(validationDice: WindowIsBest);
        using var model = LoadedModel.Load(package.Package, Options(), NullLogger.Instance);
        Assert.Equal((InferenceMode.Window, 32 * 32 * 16), Taken(model.Plan(Small, InferenceMode.Auto)));
        Assert.Equal((InferenceMode.WholeFlips, 4 * Large.Count), Taken(model.Plan(Large, InferenceMode.Auto)));
    }

    [Fact]
    public void Fast_and_best_are_planned_as_the_modes_that_they_are()
    {
        using var package = TemporaryPackage.Random(validationDice: WindowIsBest);
        using var model = LoadedModel.Load(package.Package, Options(), NullLogger.Instance);
        Assert.Equal(Taken(model.Plan(Large, InferenceMode.Whole)), Taken(model.Plan(Large, InferenceMode.Auto, InferenceQuality.Fast)));
        Assert.Equal(Taken(model.Plan(Large, InferenceMode.Window)), Taken(model.Plan(Large, InferenceMode.Auto, InferenceQuality.Best)));
    }

    [Theory]
    [InlineData(100, false, InferenceMode.WholeFlips, InferenceMode.Whole)]
    [InlineData(80, true, InferenceMode.WholeFlips, InferenceMode.Whole)]
    [InlineData(58, true, InferenceMode.Whole, InferenceMode.Whole)]
    [InlineData(1, null, InferenceMode.Window, InferenceMode.Window)]
    public void Modes_are_weighed_as_what_the_memory_makes_of_them(int bytesOfAVoxel, bool? inSlabs, InferenceMode best, InferenceMode fast)
    {
        // 72 bytes a voxel for one pass, 88 for the mirrored ones; 56 and 64 in slabs.
        using var package = TemporaryPackage.Random(validationDice: new Dictionary<string, double> { ["whole"] = 0.89, ["whole-flips"] = 0.9, ["window"] = 0.88 });
        using var model = LoadedModel.Load(package.Package, Options((bytesOfAVoxel * Large.Count) + ActivationMemory.RestOfHeap), NullLogger.Instance);
        var taken = model.Plan(Large, InferenceMode.Auto, InferenceQuality.Best);
        Assert.Equal((best, inSlabs), (taken.Mode, taken.Tiles?.InSlabs));
        Assert.Equal(fast, model.Plan(Large, InferenceMode.Auto, InferenceQuality.Fast).Mode);
        Assert.Equal(best == InferenceMode.WholeFlips ? best : InferenceMode.Window, model.Plan(Large, InferenceMode.WholeFlips).Mode);
    }

    [Fact]
    public void A_quality_beside_a_mode_that_leaves_nothing_to_choose_is_refused()
    {
        using var package = TemporaryPackage.Random();
        var request = new SegmentationRequest(InferenceMode.Whole, Quality: InferenceQuality.Best);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new SegmentationStages(package.Package.Manifest, request));
        Assert.Contains("with the mode Whole Balanced", error.Message, StringComparison.Ordinal);
    }

    private static (InferenceMode Mode, long NetworkVoxels) Taken(InferencePlan plan) => (plan.Mode, plan.NetworkVoxels);

    private static SegmenterOptions Options(long? memory = null)
    {
        var options = new SegmenterOptions { Device = "cpu", Precision = Precision.Float32 };
        return memory is { } bytes ? options with { WholeMemoryBytes = bytes } : options;
    }
}
