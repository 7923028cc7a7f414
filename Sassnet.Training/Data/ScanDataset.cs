using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>The scans of a run, prepared and in memory: labelled ones with masks, unlabelled ones whose label files are never opened.</summary>
public sealed class ScanDataset
{
    /// <summary>Takes scans that are prepared already.</summary>
    /// <param name="labelled">Scans to train on, with masks.</param>
    /// <param name="unlabelled">Scans to train on, without.</param>
    /// <param name="validation">Scans with masks that nothing is trained on.</param>
    public ScanDataset(IReadOnlyList<TrainingScan> labelled, IReadOnlyList<TrainingScan> unlabelled, IReadOnlyList<TrainingScan> validation)
    {
        Labelled = labelled;
        Unlabelled = unlabelled;
        Validation = validation;
    }

    /// <summary>Scans with masks.</summary>
    public IReadOnlyList<TrainingScan> Labelled { get; }

    /// <summary>Scans without.</summary>
    public IReadOnlyList<TrainingScan> Unlabelled { get; }

    /// <summary>Scans with masks that nothing is trained on; may be empty.</summary>
    public IReadOnlyList<TrainingScan> Validation { get; }

    /// <summary>What the scans to train on are like as they were read; null for scans that were prepared already.</summary>
    public TrainingRange? Range { get; private init; }

    /// <summary>What is odd about the files that were read, in sentences that begin with the case's name; empty for scans that were prepared already.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>The values of label files that are of no structure, which makes them background, each with the number of scans that have it; none for scans that were prepared already.</summary>
    public IReadOnlyDictionary<float, int> OtherValues { get; private init; } = new Dictionary<float, int>();

    /// <summary>Reads and prepares all scans of a configuration.</summary>
    /// <exception cref="InvalidConfigurationException">A list or a file is missing, a case is in both lists, a label has nothing of the foreground, or no labelled scan has anything of a structure.</exception>
    /// <exception cref="InvalidVolumeException">A scan cannot be used; the message names the case.</exception>
    /// <exception cref="ScansOutOfMemoryException">There is no memory for all of them.</exception>
    public static ScanDataset Load(TrainingOptions options)
    {
        var size = options.Data.VoxelSizeMm;
        var files = new CaseFiles(options.Data.Folder, new VoxelSize(size[0], size[1], size[2]));
        var split = DataSplit.Of(options, files);
        var preprocessing = options.Preprocessing.ToSpecification();
        IReadOnlyCollection<int>[] structures = [.. options.Structures.Select(structure => structure.Foreground)];
        var (observed, others, warnings) = (new ObservedRange(structures.Length), new Dictionary<float, int>(), new List<string>());
        var memory = new ScanMemory(split.Labelled.Count + split.Unlabelled.Count + split.Validation.Count);
        IReadOnlyList<TrainingScan> labelled = [.. split.Labelled.Select(name => Read(name, structures, observed))];
        MissingStructures.RequireEach(options, labelled);
        return new ScanDataset(
            labelled,
            [.. split.Unlabelled.Select(name => Read(name, labels: null, observed))],
            [.. split.Validation.Select(name => Read(name, structures, range: null))])
        {
            Range = observed.ToRange(),
            OtherValues = others,
            Warnings = warnings,
        };

        TrainingScan Read(string name, IReadOnlyCollection<int>[]? labels, ObservedRange? range) =>
            memory.Read(() => Prepare(files, name, preprocessing, labels, range, others, warnings));
    }

    private static TrainingScan Prepare(
        CaseFiles files,
        string name,
        PreprocessingSpecification preprocessing,
        IReadOnlyCollection<int>[]? structures,
        ObservedRange? observed,
        Dictionary<float, int> others,
        List<string> warnings) =>
        CaseFaults.Named(name, () =>
        {
            var image = files.ReadImage(name);
            var label = structures is null ? null : files.ReadStructures(name, image.Volume, structures);
            warnings.AddRange(CaseWarnings.Of(name, image.Warnings, label?.Warnings ?? []));
            OtherLabelValues.Add(others, label?.OtherValues ?? []);
            var (labels, prepared) = (label?.Numbers, PreparedScan.Of(image.Volume, preprocessing));
            observed?.Add(prepared.Grid, labels);
            var scan = TrainingScan.Of(name, prepared, labels);

            return labels is null || !LostStructures.Of(labels, scan.Mask!).Any() ? scan : throw new InvalidConfigurationException(FormattableString.Invariant(
                $"Nothing of {(structures!.Length == 1 ? "the label" : "a label")} of {name} is left at 'preprocessing.spacingMm' [{string.Join(", ", preprocessing.SpacingMm)}]; accepted: voxels that the label fills more than half of. Make 'preprocessing.spacingMm' finer, or leave the case out."));
        });
}
