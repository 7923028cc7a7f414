using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Preparation;

/// <summary>
/// Sees what the grid of a training leaves of the structures in labels: a thin or tiny one vanishes between large voxels, and then <c>train</c> refuses the label. Labels
/// are brought to the grid as <c>train</c> does it; those that are on it already are not read again.
/// </summary>
/// <param name="cases">Sound cases.</param>
/// <param name="options">What is told from the background.</param>
/// <param name="cancellationToken">Stops between cases that are read.</param>
internal sealed class KeptStructures(IReadOnlyList<InspectedCase> cases, PreparationOptions options, CancellationToken cancellationToken)
{
    private readonly Dictionary<TrainingPlan, IReadOnlyDictionary<string, string>> _faults = [];

    /// <summary>A sentence for each label that loses a structure, by its case's name.</summary>
    /// <param name="plan">The grid, which is known to have room for every scan.</param>
    public IReadOnlyDictionary<string, string> Faults(TrainingPlan plan)
    {
        if (_faults.TryGetValue(plan, out var known))
            return known;
        var faults = new Dictionary<string, string>();
        foreach (var inspected in cases.Where(inspected => inspected.IsLabelled))
        {
            if (Fault(inspected, plan) is { } fault)
                faults[inspected.Name] = fault;
        }

        return _faults[plan] = faults;
    }

    private string? Fault(InspectedCase inspected, TrainingPlan plan)
    {
        byte[] outside = [.. inspected.Structures.Where(number => inspected.LabelBoxes[number - 1] is null)];
        if (outside.Length > 0)
            return $"Nothing of {Named(outside)} lies in what of the scan was imaged: the label has it in a border of the scan that has one value; accepted: a label within.";
        var scan = inspected.Scan!;
        if (Resampler.Keeps(scan.Imaged, scan.VoxelSize, Upright(plan.Preprocessing)))
            return null;
        cancellationToken.ThrowIfCancellationRequested();
        byte[] lost = [.. Lost(inspected.Raw, plan.Preprocessing)];
        return lost.Length == 0 ? null
            : $"Nothing of {Named(lost)} in the label is left at {TrainingPlan.Shown(plan.Preprocessing.SpacingMm)} mm, the voxel size that {(options.StartFrom is null ? "suits the scans and this machine" : "--start-from has")}; accepted: structures that fill more than half of a voxel.";
    }

    private IEnumerable<byte> Lost(RawCase raw, PreprocessingSpecification preprocessing)
    {
        var image = RawVolume.Read(raw.Image!, cancellationToken).Volume;
        var label = raw.Masks is { } masks
            ? MergedMasks.On(image, masks, [], [], cancellationToken)!
            : LabelAxes.On(image, RawVolume.Read(raw.Label!, cancellationToken).Volume).Label;
        var numbers = new LabelMap(image.Size, new LabelInspection(options.Structures, options.OtherLabels).Check(label, [], []).Labels, image.Affine);
        return LostStructures.Of(numbers, new ModelGrid(preprocessing, image).Bring(numbers));
    }

    // The edges along right, front, head.
    private static VoxelSize Upright(PreprocessingSpecification preprocessing)
    {
        var orientation = Orientation.Parse(preprocessing.Orientation);
        double[] edges = [.. Enumerable.Range(0, 3).OrderBy(orientation.AnatomicalAxis).Select(axis => preprocessing.SpacingMm[axis])];
        return new VoxelSize(edges[0], edges[1], edges[2]);
    }

    private string Named(byte[] numbers) => string.Join(" and ", numbers.Select(number => options.Structures[number - 1].Name));
}
