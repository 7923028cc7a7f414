using System.Globalization;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using static TorchSharp.torch;

namespace Sassnet.Training.Preparation;

/// <summary>The training that suits the scans and this machine, and how long it will take here.</summary>
/// <param name="Plan">What to train.</param>
/// <param name="SecondsPerIteration">About how long an iteration takes; null where it was not timed.</param>
/// <param name="Basis">How that was found.</param>
/// <param name="Coarser">What training would take at the scans' own voxel size, where it was made coarser for that; else null.</param>
internal sealed record MachineFit(TrainingPlan Plan, double? SecondsPerIteration, string Basis, string? Coarser)
{
    // What a step adds to the process per voxel of its crops and filter, measured with 4 crops of 64×64×48 and 16 filters: 1.4 kB in bfloat16, 3.1 kB in float32.
    private const double HalfBytes = 90;
    private const double SingleBytes = 190;

    // The scans, and all other programs, need memory too.
    private const double ShareOfMemory = 0.6;

    private const double LongestHours = 24;

    // A step that is expected to take longer is not timed itself.
    private const double LongestTimedStep = 10;

    private static readonly int[] SmallCrop = [48, 48, 32];
    private static readonly double[] Coarsenings = [1, 1.25, 1.5, 2, 2.5, 3];

    /// <summary>How long the whole training takes here; null where nothing was timed.</summary>
    public TimeSpan? Duration => SecondsPerIteration is { } seconds ? TimeSpan.FromSeconds(seconds * Plan.Iterations) : null;

    /// <summary>
    /// Chooses. Without a package, the scans' own voxel size where a network can have every scan, and that trains within a day and in the memory that there is, else the
    /// next coarser one that does; with a package, its grid. What is timed while other programs have most of the processors decides nothing.
    /// </summary>
    /// <param name="statistics">The scans.</param>
    /// <param name="method">How the network will learn.</param>
    /// <param name="structures">How many structures.</param>
    /// <param name="package">What to begin with; null for random weights.</param>
    /// <param name="timed">Whether steps are timed; that takes seconds, up to half a minute.</param>
    /// <exception cref="InvalidConfigurationException">The package does not suit the scans, or a scan has too many voxels on any grid.</exception>
    public static MachineFit Of(DataStatistics statistics, MethodKind method, int structures, ModelPackage? package, bool timed) => Of(
        package is null ? Plans(statistics) : [TrainingPlan.Of(statistics, package)],
        StepTimer.CropsOf(method),
        (long)(ShareOfMemory * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
        timed ? new StepTimer(method, package?.Manifest.Architecture.Filters ?? new NetworkOptions().Filters, structures).Time : null);

    /// <summary>Chooses among plans, the finest first.</summary>
    /// <param name="plans">At least one.</param>
    /// <param name="crops">Crops of a step.</param>
    /// <param name="memory">The bytes a step may take.</param>
    /// <param name="time">Times a step with a crop, in a number format or the faster one; null for none.</param>
    internal static MachineFit Of(IReadOnlyList<TrainingPlan> plans, int crops, long memory, Func<IReadOnlyList<int>, ScalarType?, StepTime>? time)
    {
        if (!plans.Any(IsPossible))
            throw new InvalidConfigurationException(FormattableString.Invariant($"At {string.Join(" × ", plans[^1].Preprocessing.SpacingMm.Select(mm => mm.ToString("G4", CultureInfo.InvariantCulture)))} mm the largest scan has {plans[^1].MostVoxels:G3} voxels; accepted: {ModelGrid.MaxVoxels} at most. Crop it, or leave it out."));
        var small = SmallCrop.Zip(plans[0].Crop, Math.Min).ToArray();
        var first = time?.Invoke(small, null);
        var bytes = first?.Precision == ScalarType.BFloat16 ? HalfBytes : SingleBytes;
        var plan = plans.FirstOrDefault(plan => Fits(plan) && (first?.IsShared != false || Hours(plan) <= LongestHours)) ?? plans.Last(IsPossible);
        var coarser = plan == plans[0] ? null
            : !IsPossible(plans[0]) ? FormattableString.Invariant($"the largest scan would have {plans[0].MostVoxels:G3} voxels, and a network is given {ModelGrid.MaxVoxels} at most")
            : !Fits(plans[0]) ? FormattableString.Invariant($"a step would take about {Bytes(plans[0]) / (1 << 30):F0} GB of memory")
            : FormattableString.Invariant($"the training would take about {Hours(plans[0]):F0} h on this machine");
        if (time is null || first is null)
            return new MachineFit(plan, null, "not timed", coarser);
        var own = Seconds(plan) <= LongestTimedStep && !plan.Crop.SequenceEqual(small) ? time(plan.Crop, first.Precision) : null;
        var crop = own is null && !plan.Crop.SequenceEqual(small) ? $", of crops of {string.Join('×', small)} voxels, and scaled by their number" : "";
        var shared = (own ?? first).IsShared ? "; other programs had most of the processors, so it is reckoned from the processor time of the step, and is a guess: run prepare again on a quiet machine" : "";
        return new MachineFit(plan, own?.Seconds ?? Seconds(plan), $"a step was timed on {Counted.Of(Environment.ProcessorCount, "processor thread")}{crop}{shared}", coarser);

        double Seconds(TrainingPlan plan) => first is null ? 0 : first.Seconds * plan.CropVoxels / (small[0] * small[1] * small[2]);
        double Hours(TrainingPlan plan) => Seconds(plan) * plan.Iterations / 3600;
        bool Fits(TrainingPlan plan) => IsPossible(plan) && Bytes(plan) <= memory;
        double Bytes(TrainingPlan plan) => bytes * plan.Filters * crops * plan.CropVoxels;
    }

    private static bool IsPossible(TrainingPlan plan) => plan.MostVoxels <= ModelGrid.MaxVoxels;

    private static List<TrainingPlan> Plans(DataStatistics statistics) =>
        [.. Coarsenings.Select(factor => TrainingPlan.Of(statistics, factor == 1 ? 0 : factor * statistics.ProposedSpacingMm.Min()))];
}
