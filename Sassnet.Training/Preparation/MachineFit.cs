using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
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

    // Reading a scan takes memory besides, and all other programs do.
    private const double ShareOfMemory = 0.6;

    private const double LongestHours = 24;

    // A step that is expected to take longer is not timed itself.
    private const double LongestTimedStep = 10;

    private static readonly int[] SmallCrop = [48, 48, 32];
    private static readonly double[] Coarsenings = [1, 1.25, 1.5, 2, 2.5, 3];

    /// <summary>What stands against the training on this machine all the same, in sentences; empty where nothing is known to.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>As many iterations as the validations on the way take as long as.</summary>
    public double IterationsOfValidations { get; init; }

    /// <summary>How long the whole training takes here, its validations counted; null where nothing was timed.</summary>
    public TimeSpan? Duration => SecondsPerIteration is { } seconds ? TimeSpan.FromSeconds(seconds * (Plan.Iterations + IterationsOfValidations)) : null;

    /// <summary>
    /// Chooses. Without a package, the scans' own voxel size where a network can have every scan, and that trains within a day and in the memory that there is, else the
    /// next coarser one that does; with a package, its grid. What is timed while other programs have most of the processors decides nothing. How much memory a step finds on
    /// a GPU only the step itself tells.
    /// </summary>
    /// <param name="statistics">The scans.</param>
    /// <param name="method">How the network will learn.</param>
    /// <param name="structures">How many structures.</param>
    /// <param name="package">What to begin with; null for random weights.</param>
    /// <param name="timed">Whether steps are timed; that takes seconds, up to half a minute.</param>
    /// <param name="keeps">Whether a grid, on which every scan has room, leaves something of every structure that a label has. Where the next one does not, a finer one is taken, though it train longer than a day.</param>
    /// <exception cref="InvalidConfigurationException">The package does not suit the scans, or a scan has too many voxels on any grid.</exception>
    public static MachineFit Of(DataStatistics statistics, MethodKind method, int structures, ModelPackage? package, bool timed, Func<TrainingPlan, bool> keeps) => Of(
        package is null ? Plans(statistics) : [TrainingPlan.Of(statistics, package)],
        StepTimer.CropsOf(method),
        (long)(ShareOfMemory * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
        timed ? new StepTimer(method, package?.Manifest.Architecture.Filters ?? new NetworkOptions().Filters, structures).Time : null,
        timed && StepTimer.FindsGpu(),
        keeps);

    /// <summary>Chooses among plans, the finest first.</summary>
    /// <param name="plans">At least one.</param>
    /// <param name="crops">Crops of a step.</param>
    /// <param name="memory">The bytes of this machine's own memory that a training may take.</param>
    /// <param name="time">Times a step with a crop, in a number format or the faster one; null for none.</param>
    /// <param name="isOnGpu">Whether a step is in the memory of a GPU, and not in the machine's own.</param>
    /// <param name="keeps">Whether a grid leaves something of every structure that a label has; null where all do.</param>
    internal static MachineFit Of(
        IReadOnlyList<TrainingPlan> plans, int crops, long memory, Func<IReadOnlyList<int>, ScalarType?, StepTime>? time, bool isOnGpu = false, Func<TrainingPlan, bool>? keeps = null)
    {
        if (!plans.Any(IsPossible))
            throw new InvalidConfigurationException(FormattableString.Invariant($"At {TrainingPlan.Shown(plans[^1].Preprocessing.SpacingMm)} mm the largest scan has {plans[^1].MostVoxels:G3} voxels; accepted: {ModelGrid.MaxVoxels} at most. Crop it, or leave it out."));
        var small = SmallCrop.Zip(plans[0].Crop, Math.Min).ToArray();
        var shortages = new Dictionary<IReadOnlyList<int>, string>();
        var first = Tried(small, null);
        var bytes = first?.Precision == ScalarType.BFloat16 ? HalfBytes : SingleBytes;
        List<TrainingPlan> suiting = shortages.Count > 0 ? [] : [.. plans.Where(plan => Fits(plan) && (first?.IsShared != false || Hours(plan) <= LongestHours))];
        var plan = plans.Last(IsPossible);
        StepTime? own = null;
        foreach (var candidate in suiting.DefaultIfEmpty(plan))
        {
            (plan, own) = (candidate, IsTimed(candidate) ? Tried(candidate.Crop, first?.Precision) : null);
            if (Shortage(plan) is null)
                break;
        }

        List<string> warnings = [];
        if (keeps is not null && !keeps(plan))
        {
            // What takes longer than a day is better than what is refused.
            foreach (var finer in plans.TakeWhile(one => one != plan).Reverse().Where(one => Fits(one) && Shortage(one) is null && keeps(one)))
            {
                var timed = IsTimed(finer) ? Tried(finer.Crop, first?.Precision) : null;
                if (Shortage(finer) is not null)
                    continue;
                (plan, own) = (finer, timed);
                warnings.Add("Coarser voxels would train faster, but leave nothing of a structure that a label has.");
                break;
            }
        }

        var coarser = plan == plans[0] ? null
            : !IsPossible(plans[0]) ? FormattableString.Invariant($"the largest scan would have {plans[0].MostVoxels:G3} voxels, and a network is given {ModelGrid.MaxVoxels} at most")
            : !Fits(plans[0]) ? $"{Taken(plans[0])} of memory"
            : Shortage(plans[0]) ?? FormattableString.Invariant($"the training would take about {Hours(plans[0]):F0} h on this machine");
        if (!Fits(plan))
            warnings.Add($"With this configuration {Taken(plan)} of memory, and a training may take {ScanMemory.Shown(memory)} of this machine's: its system may end it while it reads the scans. {(plans.Count > 1 ? "Make preprocessing.spacingMm coarser, list" : "List")} fewer scans, unlabelled ones first, or train where there is more memory.");
        if (Shortage(plan) is { } shortage)
            warnings.Add($"On this machine {shortage}, and there is no coarser voxel size to try: training would end so too. Free some of the device's memory, then prepare again; or train elsewhere, or with smaller crops.sizes or fewer crops.labelled and crops.unlabelled.");
        if (first is null || Shortage(plan) is not null)
            return new MachineFit(plan, null, "not timed", coarser) { Warnings = warnings };
        var crop = own is null && !plan.Crop.SequenceEqual(small) ? $", of crops of {string.Join('×', small)} voxels, and scaled by their number" : "";
        var shared = (own ?? first).IsShared ? "; other programs had most of the processors, so it is reckoned from the processor time of the step, and is a guess: run prepare again on a quiet machine" : "";
        return new MachineFit(plan, own?.Seconds ?? Seconds(plan), $"a step was timed on {Counted.Of(Environment.ProcessorCount, "processor thread")}{crop}{shared}", coarser)
        {
            Warnings = warnings,
            IterationsOfValidations = plan.IterationsOfValidations(crops, isOnGpu),
        };

        StepTime? Tried(IReadOnlyList<int> crop, ScalarType? precision)
        {
            try
            {
                return time?.Invoke(crop, precision);
            }
            catch (Exception failure) when (DeviceOutOfMemoryException.IsMeantBy(failure))
            {
                shortages[crop] = $"{Failures.OfMemory(failure)} in a step that was tried, with crops of {string.Join('×', crop)} voxels";
                return null;
            }
        }

        // No more is known of a plan than of the small crop, where there was no memory for that.
        string? Shortage(TrainingPlan plan) => shortages.GetValueOrDefault(plan.Crop) ?? shortages.GetValueOrDefault(small);
        bool IsTimed(TrainingPlan plan) => first is not null && (isOnGpu || Seconds(plan) <= LongestTimedStep) && !plan.Crop.SequenceEqual(small);
        double Seconds(TrainingPlan plan) => first is null ? 0 : first.Seconds * plan.CropVoxels / (small[0] * small[1] * small[2]);
        double Hours(TrainingPlan plan) => Seconds(plan) * (plan.Iterations + plan.IterationsOfValidations(crops, isOnGpu)) / 3600;
        bool Fits(TrainingPlan plan) => IsPossible(plan) && plan.BytesOfScans + (isOnGpu ? 0 : Bytes(plan)) <= memory;
        string Taken(TrainingPlan plan) =>
            (plan.BytesOfScans > 0 ? $"the scans would take about {ScanMemory.Shown(plan.BytesOfScans)}{(isOnGpu ? "" : " and ")}" : "") + (isOnGpu ? "" : FormattableString.Invariant($"a step would take about {Bytes(plan) / (1 << 30):F0} GB"));
        double Bytes(TrainingPlan plan) => bytes * plan.Filters * crops * plan.CropVoxels;
    }

    private static bool IsPossible(TrainingPlan plan) => plan.MostVoxels <= ModelGrid.MaxVoxels;

    private static List<TrainingPlan> Plans(DataStatistics statistics) =>
        [.. Coarsenings.Select(factor => TrainingPlan.Of(statistics, factor == 1 ? 0 : factor * statistics.ProposedSpacingMm.Min()))];
}
