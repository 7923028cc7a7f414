using System.Globalization;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Preparation;

/// <summary>The grid and the crops of a training, along the model's own axes.</summary>
/// <param name="Preprocessing">The grid and the normalisation.</param>
/// <param name="Crop">The crop's sides in voxels, multiples of 16.</param>
/// <param name="Filters">Channels of the network's first level.</param>
/// <param name="Iterations">How many iterations.</param>
internal sealed record TrainingPlan(PreprocessingSpecification Preprocessing, IReadOnlyList<int> Crop, int Filters, int Iterations)
{
    /// <summary>How many iterations <c>left-atrium</c> 0.3 was trained on, from weights that were good already (<c>configs/la-1.25mm-16-tighter.yaml</c>).</summary>
    private const int IterationsFromPackage = 1200;

    // Beyond this ratio of voxel sizes the details that a package has learned to see are other ones.
    private const double LargestRatio = 2;

    // What a voxel of a validation's pass takes of one of a step, which goes forward and back. On processors 0.22 of 1.52 s a million in bfloat16 and 0.41 of 3.51
    // in float32; on a GPU 0.020 of 0.053 and 0.025 of 0.137, a scan's way there and back in it (docs/benchmarks.md).
    private const double PassOfStep = 1.0 / 7;
    private const double PassOfStepOnGpu = 1.0 / 3;

    // The paper's crop; less where the scans are smaller.
    private static readonly int[] LargestCrop = [112, 112, 80];

    /// <summary>How many voxels the largest scan has on the grid, at most <see cref="ModelGrid.MaxVoxels"/> where the network is to have it.</summary>
    public double MostVoxels { get; init; }

    /// <summary>How many bytes the scans take on the grid, which a training holds all at once.</summary>
    public double BytesOfScans { get; init; }

    /// <summary>How many voxels the validation scans have together on the grid; 0 where there are none.</summary>
    public double ValidationVoxels { get; init; }

    /// <summary>How often a training validates on its way.</summary>
    public int Validations => ValidationVoxels > 0 ? (int)Math.Ceiling((double)Iterations / new RunOptions().ValidateEvery) : 0;

    /// <summary>Voxels of a crop.</summary>
    public int CropVoxels => Crop[0] * Crop[1] * Crop[2];

    /// <summary>
    /// A training of random weights at the scans' median voxel size, no edge below a least one. A coarser grid has the same field of view in its crops, in
    /// fewer voxels.
    /// </summary>
    /// <param name="statistics">The scans.</param>
    /// <param name="leastMm">The least edge in millimetres; 0 for the scans' own.</param>
    public static TrainingPlan Of(DataStatistics statistics, double leastMm)
    {
        var own = statistics.ProposedSpacingMm;
        double[] spacing = [.. own.Select(mm => Math.Max(mm, leastMm))];
        int[] crop = [.. LargestCrop.Select((largest, axis) => Side(statistics.ExtentMm[axis].Median / spacing[axis], largest * own[axis] / spacing[axis]))];
        var defaults = new TrainingOptions();
        var normalisation = statistics.WindowHu is null ? Normalisation.RobustZScore : Normalisation.CtWindow;
        return new TrainingPlan(new PreprocessingSpecification(spacing, Orientation.Ras.Code, normalisation, statistics.WindowHu), crop, defaults.Network.Filters, defaults.Iterations)
        {
            MostVoxels = statistics.MostVoxelsAt(spacing),
            BytesOfScans = statistics.BytesHeldAt(spacing),
            ValidationVoxels = statistics.ValidationVoxelsAt(spacing),
        };
    }

    /// <summary>A training that begins with a package, on the package's own grid.</summary>
    /// <exception cref="InvalidConfigurationException">The scans are too small for crops on that grid.</exception>
    public static TrainingPlan Of(DataStatistics statistics, ModelPackage package)
    {
        var (preprocessing, patch) = (package.Manifest.Preprocessing, package.Manifest.Inference.Patch);
        double[] voxels = [.. Axes(package).Select((anatomical, axis) => statistics.ExtentMm[anatomical].Median / preprocessing.SpacingMm[axis])];
        if (voxels.Any(side => side < VNet.SizeMultiple))
            throw new InvalidConfigurationException(FormattableString.Invariant($"At the {Shown(preprocessing.SpacingMm)} mm of {package.Identifier} the scans' field of view is {string.Join(" × ", voxels.Select(side => side.ToString("F0", System.Globalization.CultureInfo.InvariantCulture)))} voxels (median); accepted with --start-from: {VNet.SizeMultiple} or more along each axis."));
        double[] spacing = [.. Axes(package).Zip(preprocessing.SpacingMm).OrderBy(axis => axis.First).Select(axis => axis.Second)];
        return new TrainingPlan(preprocessing, [.. voxels.Select((side, axis) => Side(side, patch[axis]))], package.Manifest.Architecture.Filters, IterationsFromPackage)
        {
            MostVoxels = statistics.MostVoxelsAt(spacing),
            BytesOfScans = statistics.BytesHeldAt(spacing),
            ValidationVoxels = statistics.ValidationVoxelsAt(spacing),
        };
    }

    /// <summary>As many iterations as all validations take as long as.</summary>
    /// <param name="crops">Crops of a step.</param>
    /// <param name="isOnGpu">Whether a GPU computes.</param>
    public double IterationsOfValidations(int crops, bool isOnGpu) => (isOnGpu ? PassOfStepOnGpu : PassOfStep) * Validations * ValidationVoxels / ((double)crops * CropVoxels);

    /// <summary>How the scans' voxels compare to those of the package to begin with, in a sentence or two.</summary>
    public static string VoxelSizes(DataStatistics statistics, ModelPackage package)
    {
        var trained = package.Manifest.Preprocessing.SpacingMm;
        double[] scans = [.. Axes(package).Select(anatomical => statistics.SpacingMm[anatomical].Median)];
        var said = $"Begins with {package.Identifier}: its voxels are {Shown(trained)} mm, the scans' {Shown(scans)} mm (median); they are resampled to the former.";
        var far = scans.Zip(trained, (scan, mm) => Math.Max(scan / mm, mm / scan)).Max();
        return far <= LargestRatio ? said : said + FormattableString.Invariant($" WARNING: that is {far:G2} times as much along one axis; details it has learned to see may not be in these scans. Compare with random weights.");
    }

    /// <summary>Lengths along the axes as people read them.</summary>
    internal static string Shown(IEnumerable<double> lengths) => string.Join(" × ", lengths.Select(mm => mm.ToString("G4", CultureInfo.InvariantCulture)));

    // The anatomical axis of each of the package's.
    private static IEnumerable<int> Axes(ModelPackage package)
    {
        var orientation = Orientation.Parse(package.Manifest.Preprocessing.Orientation);
        return [orientation.AnatomicalAxis(0), orientation.AnatomicalAxis(1), orientation.AnatomicalAxis(2)];
    }

    // The nearest multiple of what is wanted, but none that reaches beyond the scan.
    private static int Side(double available, double wanted)
    {
        var nearest = (int)Math.Round(wanted / VNet.SizeMultiple, MidpointRounding.AwayFromZero);
        return VNet.SizeMultiple * Math.Max(1, Math.Min(nearest, (int)(available / VNet.SizeMultiple)));
    }
}
