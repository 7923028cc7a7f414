using System.Globalization;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Preparation;

/// <summary>Reads a case whole and looks for everything that would spoil a training run, without stopping at the first fault.</summary>
/// <param name="labels">Reads labels.</param>
/// <param name="names">The names of all cases.</param>
internal sealed class CaseInspection(LabelInspection labels, IReadOnlyCollection<string> names)
{
    // A scan of eight bits has hundreds of values; masks have a few, one for each structure. Label maps of many structures have more: see ValueRuns.
    private const int FewestValues = 16;
    private const int SliceSide = 200;

    private readonly List<string> _faults = [];
    private readonly List<string> _warnings = [];

    /// <summary>Inspects a case.</summary>
    public InspectedCase Run(RawCase raw, CancellationToken cancellationToken)
    {
        _faults.Clear();
        _warnings.Clear();
        var drawn = DrawnFault(raw.Label ?? raw.Image, cancellationToken);
        if (drawn is not null)
            _faults.Add(drawn);
        if (raw.Fault is not null)
            _faults.Add(raw.Fault);
        else if (raw.Image is null)
            _faults.Add("There is a label but no image of this name; accepted: both, or an image alone.");
        if (raw.Fault is not null || raw.Image is null)
            return Inspected(raw, null, null);
        var scan = Read(raw.Image, "image", cancellationToken);
        var image = scan?.Volume;
        var label = raw.Label is null || drawn is not null ? null
            : raw.Masks is null ? Read(raw.Label, "label", cancellationToken)?.Volume
            : image is null ? null : MergedMasks.On(image, raw.Masks, _faults, _warnings, cancellationToken);
        if (image is not null)
            CheckValues(raw.Name, image);
        if (image is not null && label is not null)
            label = OnImage(image, label);
        var mask = label is null ? null : labels.Check(label, _faults, _warnings);
        return Inspected(raw, scan, mask);
    }

    private InspectedCase Inspected(RawCase raw, VolumeFile? file, LabelMap? mask)
    {
        if (file is null)
            return new InspectedCase(raw, [.. _faults], null, null, []) { Warnings = [.. _warnings] };
        var image = file.Volume;
        var facts = Facts(image) with { IsCt = CtScans.IsCt(file) };
        return new InspectedCase(raw, [.. _faults], facts, mask is null ? null : Millilitres(mask), Slices(image, mask, file.Dicom is { IsInverted: true }))
        {
            Warnings = [.. _warnings],
            LabelBoxes = Boxes(image, mask),
            Components = mask is null ? [] : StructureComponents.Of(mask, [.. Enumerable.Repeat(1, labels.Structures)]),
            PatientHash = file.Dicom?.PatientHash,
            LabelledHu = facts.IsCt && mask is not null && mask.Size == image.Size ? CtScans.Labelled(image, mask) : new Dictionary<int, long>(),
        };
    }

    // Left out of its series like anything else beside it, it would make a scan that has a label one without.
    private static string? DrawnFault(string? path, CancellationToken cancellationToken)
    {
        if (path is null || !RawVolume.IsSeries(path))
            return null;
        try
        {
            var drawn = RawVolume.Drawn(path, cancellationToken);
            return drawn.Count == 0 ? null : $"The label is DICOM {string.Join(" and ", drawn.Select(file => file.Modality).Distinct())} ({RawFile.Listed([.. drawn.Select(file => file.Path)])}), which is not read; accepted: labels as NIfTI (.nii, .nii.gz). Convert it, or remove it where the scan is to count as unlabelled.";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Whoever reads the scan says so.
            return null;
        }
    }

    private VolumeFile? Read(string path, string what, CancellationToken cancellationToken)
    {
        try
        {
            var file = RawVolume.Read(path, cancellationToken);
            _warnings.AddRange(CaseWarnings.About(what, file.Warnings));
            return file;
        }
        catch (Exception fault) when (fault is InvalidVolumeException or IOException or UnauthorizedAccessException)
        {
            // Of several series the fault says so itself.
            var isAdvised = fault is InvalidVolumeException { WithoutAdvice: not null } || !RawVolume.IsSeries(path);
            _faults.Add($"The {what} cannot be used: {fault.Message}{(isAdvised ? "" : " A case's folder has the files of one series.")}");
            return null;
        }
    }

    private void CheckValues(string name, Volume image)
    {
        var values = new SortedSet<float>();
        var last = float.NaN;
        foreach (var voxel in image.Voxels)
        {
            if (voxel != last && values.Add(voxel) && values.Count == FewestValues)
            {
                CheckRuns(name, image);
                return;
            }

            last = voxel;
        }

        var shown = string.Join(", ", values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
        _faults.Add(values.Count == 1
            ? $"The image has the value {shown} in all of its {image.Size.Count} voxels; accepted: a scan."
            : $"The image has only {values.Count} values ({shown}): it is a mask and no scan. {SuffixHint(name)}");
    }

    // What only looks so is a fault where the name says it too: no option would have it taken for a scan.
    private void CheckRuns(string name, Volume image)
    {
        if (ValueRuns.Of(image.Voxels) is not { AreOfLabels: true } runs)
            return;
        var said = string.Create(CultureInfo.InvariantCulture, $"The image has {runs.Values} values, all whole numbers, and on average {runs.MeanLength:F0} voxels of one beside each other");
        if (ScanOf(name) is not null)
            _faults.Add($"{said}: it is a label map and no scan. {SuffixHint(name)}");
        else
            _warnings.Add($"{said}: it looks like a label map and no scan. {SuffixHint(name)}");
    }

    private string? ScanOf(string name) => names.Where(other => name.Length > other.Length && name.StartsWith(other, StringComparison.Ordinal)).MaxBy(other => other.Length);

    private string SuffixHint(string name)
    {
        var scan = ScanOf(name);
        return scan is null
            ? "If it is a label, say how the names of labels end with --label-suffix."
            : $"If it is the label of {scan}: --label-suffix={name[scan.Length..]}";
    }

    private Volume OnImage(Volume image, Volume label)
    {
        var (onImage, fault) = LabelAxes.On(image, label);
        if (fault is not null)
            _faults.Add(fault);
        else if (onImage != label)
            _warnings.Add($"The label's axes run {Orientation.Of(label.Affine)}, the image's {Orientation.Of(image.Affine)}; by its header it lies on the image, and is brought to the image's axes. Look whether it fits.");
        return onImage;
    }

    private static ScanFacts Facts(Volume image)
    {
        var upright = new Reorientation(image.Size, image.Affine, Orientation.Ras);
        var imaged = FieldOfView.Of(image);
        var (mean, deviation) = IntensityNormaliser.Moments(image.Voxels);
        return new ScanFacts(
            upright.TargetSize,
            upright.TargetAffine.VoxelSize,
            Orientation.Of(image.Affine).Code,
            mean,
            deviation,
            image.Voxels.Min(),
            image.Voxels.Max(),
            VoxelHashes.Stored(image))
        {
            UprightHash = VoxelHashes.Moved(image, upright),
            Imaged = new Reorientation(imaged.Size, imaged.Moved(image.Affine), Orientation.Ras).TargetSize,
        };
    }

    private IReadOnlyList<double> Millilitres(LabelMap mask) =>
        [.. Enumerable.Range(1, labels.Structures).Select(number => mask.Labels.AsSpan().Count((byte)number) * mask.VoxelSize.Volume / 1000)];

    private GridBox?[] Boxes(Volume image, LabelMap? mask)
    {
        if (mask is null || mask.Size != image.Size)
            return [];
        var imaged = FieldOfView.Of(image).Apply(new LabelMap(mask.Size, mask.Labels, image.Affine));
        var upright = new Reorientation(imaged.Size, imaged.Affine, Orientation.Ras).Apply(imaged);
        return StructureBoxes.Of(upright.Labels, upright.Size, labels.Structures);
    }

    // A label of another grid cannot be drawn on the scan; one that only its header places elsewhere is drawn where training would take it to be.
    private List<byte[]> Slices(Volume image, LabelMap? mask, bool isInverted)
    {
        var drawn = mask is not null && mask.Size == image.Size ? new LabelMap(mask.Size, mask.Labels, image.Affine) : null;
        var chooser = drawn ?? new LabelMap(image.Size, new byte[image.Size.Count], image.Affine);
        var slices = new List<byte[]>();
        foreach (var plane in Enum.GetValues<AnatomicalPlane>())
        {
            using var picture = SlicePicture.Of(image, plane, SlicePicture.LargestSlice(chooser, plane), drawn, side: SliceSide, colours: labels.Colours, isInverted: isInverted);
            slices.Add(picture.ToPng());
        }

        return slices;
    }
}
