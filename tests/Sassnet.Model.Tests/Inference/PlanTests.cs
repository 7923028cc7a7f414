using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
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
        Assert.Equal(new InferencePlan(Small, InferenceMode.Window, 32 * 32 * 16), model.Plan(Small, InferenceMode.Auto));
        Assert.Equal(new InferencePlan(Large, InferenceMode.WholeFlips, 4 * Large.Count), model.Plan(Large, InferenceMode.Auto));
    }

    [Fact]
    public void Fast_and_best_are_planned_as_the_modes_that_they_are()
    {
        using var package = TemporaryPackage.Random(validationDice: WindowIsBest);
        using var model = LoadedModel.Load(package.Package, Options(), NullLogger.Instance);
        Assert.Equal(model.Plan(Large, InferenceMode.Whole), model.Plan(Large, InferenceMode.Auto, InferenceQuality.Fast));
        Assert.Equal(model.Plan(Large, InferenceMode.Window), model.Plan(Large, InferenceMode.Auto, InferenceQuality.Best));
    }

    [Fact]
    public void Of_modes_that_do_not_fit_into_the_memory_the_best_choice_that_does_is_taken()
    {
        // 72 bytes a voxel for one pass, 88 for the mirrored ones.
        using var package = TemporaryPackage.Random(validationDice: new Dictionary<string, double> { ["whole"] = 0.89, ["whole-flips"] = 0.9, ["window"] = 0.88 });
        using var model = LoadedModel.Load(package.Package, Options(80L * Large.Count), NullLogger.Instance);
        Assert.Equal(InferenceMode.Whole, model.Plan(Large, InferenceMode.Auto).Mode);
        Assert.Equal(InferenceMode.Whole, model.Plan(Large, InferenceMode.Auto, InferenceQuality.Best).Mode);
        Assert.Equal(InferenceMode.Window, model.Plan(Large, InferenceMode.WholeFlips).Mode);
        using var tight = LoadedModel.Load(package.Package, Options(60L * Large.Count), NullLogger.Instance);
        Assert.All(Enum.GetValues<InferenceQuality>(), quality => Assert.Equal(InferenceMode.Window, tight.Plan(Large, InferenceMode.Auto, quality).Mode));
    }

    [Fact]
    public void A_quality_beside_a_mode_that_leaves_nothing_to_choose_is_refused()
    {
        using var package = TemporaryPackage.Random();
        var request = new SegmentationRequest(InferenceMode.Whole, Quality: InferenceQuality.Best);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new SegmentationStages(package.Package.Manifest, request));
        Assert.Contains("with the mode Whole Balanced", error.Message, StringComparison.Ordinal);
    }

    private static SegmenterOptions Options(long? memory = null)
    {
        var options = new SegmenterOptions { Device = "cpu", Precision = Precision.Float32 };
        return memory is { } bytes ? options with { WholeMemoryBytes = bytes } : options;
    }
}
