using System.Runtime.InteropServices;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Preparation;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Preparation;

public sealed class MachineFitTests
{
    private const long Plenty = 1L << 40;
    private const double FastVoxel = 1e-7;
    private const double SlowVoxel = 2e-5;

    private static readonly Spread Fine = new(0.625, 0.625, 0.625);
    private static readonly Spread Wide = new(120, 120, 120);
    private static readonly DataStatistics Scans = new([Fine, Fine, Fine], [Wide, Wide, new Spread(60, 60, 60)], new Spread(1, 1, 1), new Spread(1, 1, 1));

    private static readonly TrainingPlan[] Plans = [.. ((double[])[0, 1.25, 2.5]).Select(least => TrainingPlan.Of(Scans, least))];

    [Fact]
    public void A_coarser_grid_has_the_same_field_of_view_in_its_crops()
    {
        Assert.Equal([112, 112, 80], Plans[0].Crop);
        Assert.Equal([64, 64, 48], Plans[1].Crop);
        Assert.Equal([32, 32, 16], Plans[2].Crop);
    }

    [Fact]
    public void A_fast_machine_trains_at_the_scans_own_voxel_size_and_times_that_step()
    {
        var fit = MachineFit.Of(Plans, 4, Plenty, Timer(FastVoxel));
        Assert.Equal(Plans[0], fit.Plan);
        Assert.Null(fit.Coarser);
        Assert.Equal(FastVoxel * 112 * 112 * 80, fit.SecondsPerIteration!.Value, 6);
        Assert.DoesNotContain("scaled", fit.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_machine_trains_at_the_finest_voxel_size_that_takes_a_day_and_says_why()
    {
        var fit = MachineFit.Of(Plans, 4, Plenty, Timer(SlowVoxel));
        Assert.Equal(Plans[1], fit.Plan);
        Assert.Equal("the training would take about 33 h on this machine", fit.Coarser);
        Assert.Equal(SlowVoxel * 64 * 64 * 48 * 6000 / 3600, fit.Duration!.Value.TotalHours, 3);
    }

    [Fact]
    public void A_step_that_would_take_long_is_not_timed_but_scaled_and_that_is_said()
    {
        var fit = MachineFit.Of(Plans[..1], 4, Plenty, Timer(SlowVoxel));
        Assert.Contains("of crops of 48×48×32 voxels, and scaled by their number", fit.Basis, StringComparison.Ordinal);
        Assert.Equal(SlowVoxel * 112 * 112 * 80, fit.SecondsPerIteration!.Value, 6);
    }

    [Fact]
    public void Little_memory_makes_voxels_coarser_and_it_says_how_much_would_be_needed()
    {
        var fit = MachineFit.Of(Plans, 4, 3L << 30, time: null);
        Assert.Equal(Plans[1], fit.Plan);
        Assert.Equal("a step would take about 11 GB of memory", fit.Coarser);
        Assert.Null(fit.Duration);
    }

    [Fact]
    public void A_voxel_size_at_which_no_network_is_given_the_largest_scan_is_passed_over_and_that_is_said()
    {
        var large = Scans with { Grids = [(new GridSize(512, 512, 300), new VoxelSize(0.625, 0.625, 0.625))] };
        var fit = MachineFit.Of([.. ((double[])[0, 1.25, 2.5]).Select(least => TrainingPlan.Of(large, least))], 4, Plenty, Timer(FastVoxel));
        Assert.Equal([1.25, 1.25, 1.25], fit.Plan.Preprocessing.SpacingMm);
        Assert.Equal("the largest scan would have 7.86E+07 voxels, and a network is given 67108864 at most", fit.Coarser);

        var refused = Assert.Throws<InvalidConfigurationException>(() => MachineFit.Of([TrainingPlan.Of(large, 0)], 4, Plenty, time: null));
        Assert.Contains("0.625 mm the largest scan has 7.86E+07 voxels; accepted: 67108864", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_smaller_crop_is_timed_than_scales_to_the_finest_grid()
    {
        var timed = new List<IReadOnlyList<int>>();
        MachineFit.Of(Plans, 4, Plenty, (crop, _) => Timed(crop));
        Assert.Equal([48, 48, 32], timed[0]);

        StepTime Timed(IReadOnlyList<int> crop)
        {
            timed.Add(crop);
            return new StepTime(1, ScalarType.Float32, IsShared: false);
        }
    }

    [Fact]
    public void A_machine_that_works_for_others_is_said_and_makes_no_voxel_coarser()
    {
        var fit = MachineFit.Of(Plans, 4, Plenty, (crop, _) => new StepTime(60, ScalarType.Float32, IsShared: true));
        Assert.Equal(Plans[0], fit.Plan);
        Assert.Contains("other programs had most of the processors", fit.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_in_the_memory_of_a_gpu_is_not_bounded_by_that_of_the_machine()
    {
        Assert.NotEqual(Plans[0], MachineFit.Of(Plans, 4, 1L << 20, Timer(FastVoxel)).Plan);
        var fit = MachineFit.Of(Plans, 4, 1L << 20, Timer(FastVoxel), isOnGpu: true);
        Assert.Equal(Plans[0], fit.Plan);
        Assert.Empty(fit.Warnings);
    }

    [Theory]
    [InlineData(false, "the scans would take about 15.5 GB and a step would take about 5 GB of memory")]
    [InlineData(true, "the scans would take about 15.5 GB of memory")]
    public void The_scans_that_a_training_holds_at_once_count_besides_the_step(bool isOnGpu, string said)
    {
        var fit = MachineFit.Of(HeldPlans(), 4, 10L << 30, Timer(FastVoxel), isOnGpu);
        Assert.Equal([1.25, 1.25, 1.25], fit.Plan.Preprocessing.SpacingMm);
        Assert.Equal(said, fit.Coarser);
        Assert.Empty(fit.Warnings);
        Assert.Equal(Plans[0].Crop, MachineFit.Of(Plans, 4, 10L << 30, Timer(FastVoxel), isOnGpu).Plan.Crop);
    }

    [Fact]
    public void Scans_that_no_voxel_size_makes_small_enough_are_warned_of_with_the_figures_and_ways_out()
    {
        var fit = MachineFit.Of(HeldPlans(), 4, 200L << 20, Timer(FastVoxel), isOnGpu: true);
        Assert.Equal([2.5, 2.5, 2.5], fit.Plan.Preprocessing.SpacingMm);
        Assert.Equal(
            "With this configuration the scans would take about 249 MB of memory, and a training may take 200 MB of this machine's: its system may end it while it reads the scans. "
                + "Make preprocessing.spacingMm coarser, list fewer scans, unlabelled ones first, or train where there is more memory.",
            Assert.Single(fit.Warnings));
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB.", "memory ran out")]
    [InlineData("GET was unable to find an engine to execute this computation", "cuDNN found no way to compute, as it does where memory runs out")]
    public void A_step_that_memory_runs_out_in_makes_voxels_coarser_and_that_is_said(string words, string said)
    {
        var fit = MachineFit.Of(Plans, 4, Plenty, Short(words, 48 * 48 * 32 * 8), isOnGpu: true);
        Assert.Equal(Plans[1], fit.Plan);
        Assert.Equal($"{said} in a step that was tried, with crops of 112×112×80 voxels", fit.Coarser);
        Assert.Equal(FastVoxel * 64 * 64 * 48, fit.SecondsPerIteration!.Value, 6);
        Assert.Empty(fit.Warnings);
    }

    [Fact]
    public void A_step_that_takes_long_is_tried_on_a_gpu_since_nothing_else_tells_whether_it_has_the_memory()
    {
        var fit = MachineFit.Of(Plans[..1], 4, Plenty, Timer(SlowVoxel), isOnGpu: true);
        Assert.DoesNotContain("scaled", fit.Basis, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(48 * 48 * 32)]
    public void Where_memory_runs_out_at_every_voxel_size_the_coarsest_is_taken_with_a_warning_and_no_time(int mostVoxels)
    {
        var timer = Short("CUDA out of memory. Tried to allocate 2.00 GiB.", mostVoxels);
        var fit = MachineFit.Of(Plans[..2], 4, Plenty, timer, isOnGpu: true);
        Assert.Equal(Plans[1], fit.Plan);
        Assert.Null(fit.Duration);
        Assert.StartsWith("On this machine memory ran out in a step that was tried, with crops of ", Assert.Single(fit.Warnings), StringComparison.Ordinal);
        Assert.StartsWith("memory ran out in a step that was tried", fit.Coarser, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fault_of_a_step_that_is_no_short_memory_is_not_taken_for_it() =>
        Assert.Throws<TorchFailure>(() => MachineFit.Of(Plans, 4, Plenty, Short("an illegal memory access was encountered", 0)));

    [Fact]
    public void Where_a_structure_vanishes_the_next_finer_voxels_that_keep_it_are_taken_though_they_train_longer_than_a_day()
    {
        var fit = MachineFit.Of(Plans, 4, Plenty, Timer(SlowVoxel), keeps: plan => plan == Plans[0]);
        Assert.Equal(Plans[0], fit.Plan);
        Assert.Null(fit.Coarser);
        Assert.Equal(SlowVoxel * 112 * 112 * 80 * 6000 / 3600, fit.Duration!.Value.TotalHours, 3);
        Assert.Equal("Coarser voxels would train faster, but leave nothing of a structure that a label has.", Assert.Single(fit.Warnings));

        // Finer ones that memory has no room for are none, and where none keep it the choice is as ever.
        Assert.Equal(Plans[1], MachineFit.Of(Plans, 4, 3L << 30, Timer(SlowVoxel), keeps: plan => plan == Plans[0]).Plan);
        Assert.Equal(Plans[1], MachineFit.Of(Plans, 4, Plenty, Timer(SlowVoxel), keeps: _ => false).Plan);
    }

    [Fact]
    public void Validations_on_the_way_count_as_their_voxels_do_beside_those_of_the_steps()
    {
        var fit = MachineFit.Of(ValidatedPlans()[..1], 4, Plenty, Timer(FastVoxel));
        Assert.Equal(12, fit.Plan.Validations);
        var voxelsOfStep = 4.0 * 112 * 112 * 80;
        Assert.Equal(12 * 400.0 * 512 * 512 * 224 / voxelsOfStep / 7, fit.IterationsOfValidations, 3);
        Assert.Equal(FastVoxel * 112 * 112 * 80 * (6000 + fit.IterationsOfValidations), fit.Duration!.Value.TotalSeconds, 2);

        // On a GPU a pass takes more of what a step does.
        Assert.Equal(fit.IterationsOfValidations * 7 / 3, MachineFit.Of(ValidatedPlans()[..1], 4, Plenty, Timer(FastVoxel), isOnGpu: true).IterationsOfValidations, 3);

        // Without scans to validate with there is none.
        Assert.Equal(0, MachineFit.Of(Plans[..1], 4, Plenty, Timer(FastVoxel)).Plan.Validations);
    }

    [Fact]
    public void A_training_that_only_its_validations_make_longer_than_a_day_gets_coarser_voxels()
    {
        var perVoxel = SlowVoxel / 2;
        Assert.Equal([0.625, 0.625, 0.625], MachineFit.Of(Plans, 4, Plenty, Timer(perVoxel)).Plan.Preprocessing.SpacingMm);
        var fit = MachineFit.Of(ValidatedPlans(), 4, Plenty, Timer(perVoxel));
        Assert.Equal([1.25, 1.25, 1.25], fit.Plan.Preprocessing.SpacingMm);
        Assert.Equal("the training would take about 45 h on this machine", fit.Coarser);
    }

    // 400 scans of 58.7 million voxels to validate with.
    private static TrainingPlan[] ValidatedPlans()
    {
        var validated = Scans with { Validation = [.. Enumerable.Repeat((new GridSize(512, 512, 224), new VoxelSize(0.625, 0.625, 0.625)), 400)] };
        return [.. ((double[])[0, 1.25, 2.5]).Select(least => TrainingPlan.Of(validated, least))];
    }

    // 71 unlabelled CT of 58.7 million voxels.
    private static TrainingPlan[] HeldPlans()
    {
        var held = Scans with { Held = [.. Enumerable.Repeat((new GridSize(512, 512, 224), new VoxelSize(0.625, 0.625, 0.625), false), 71)] };
        return [.. ((double[])[0, 1.25, 2.5]).Select(least => TrainingPlan.Of(held, least))];
    }

    // A step with more voxels than that fails.
    private static Func<IReadOnlyList<int>, ScalarType?, StepTime> Short(string words, int mostVoxels) =>
        (crop, precision) => crop[0] * crop[1] * crop[2] > mostVoxels ? throw new TorchFailure(words) : Timer(FastVoxel)(crop, precision);

    private static Func<IReadOnlyList<int>, ScalarType?, StepTime> Timer(double perVoxel) =>
        (crop, _) => new StepTime(perVoxel * crop[0] * crop[1] * crop[2], ScalarType.BFloat16, IsShared: false);

    private sealed class TorchFailure(string words) : ExternalException(words);
}
