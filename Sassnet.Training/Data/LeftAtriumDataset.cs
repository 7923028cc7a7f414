using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>The scans of a run, prepared and in memory: labelled ones with masks, unlabelled ones whose label files are never opened.</summary>
public sealed class LeftAtriumDataset
{
    /// <summary>Takes scans that are prepared already.</summary>
    public LeftAtriumDataset(IReadOnlyList<TrainingScan> labelled, IReadOnlyList<TrainingScan> unlabelled)
    {
        Labelled = labelled;
        Unlabelled = unlabelled;
    }

    /// <summary>Scans with masks.</summary>
    public IReadOnlyList<TrainingScan> Labelled { get; }

    /// <summary>Scans without.</summary>
    public IReadOnlyList<TrainingScan> Unlabelled { get; }

    /// <summary>Reads and prepares all scans of a configuration.</summary>
    /// <exception cref="InvalidConfigurationException">A list or a file is missing, or a case is in both lists.</exception>
    /// <exception cref="InvalidVolumeException">A scan cannot be used; the message names the case.</exception>
    public static LeftAtriumDataset Load(TrainingOptions options)
    {
        var size = options.Data.VoxelSizeMm;
        var files = new CaseFiles(options.Data.Folder, new VoxelSize(size[0], size[1], size[2]));
        var (labelled, unlabelled) = (files.List(options.Data.Labelled), files.List(options.Data.Unlabelled));
        if (labelled.Intersect(unlabelled).FirstOrDefault() is { } both)
            throw new InvalidConfigurationException($"The case {both} is in both {options.Data.Labelled} and {options.Data.Unlabelled}.");
        var preprocessing = options.Preprocessing.ToSpecification();
        return new LeftAtriumDataset(
            [.. labelled.Select(name => Prepare(files, name, preprocessing, options.Label.Value))],
            [.. unlabelled.Select(name => Prepare(files, name, preprocessing, label: null))]);
    }

    private static TrainingScan Prepare(CaseFiles files, string name, PreprocessingSpecification preprocessing, byte? label)
    {
        try
        {
            var image = files.ReadImage(name);
            var mask = label is { } value ? files.ReadMask(name, image, value) : null;
            return TrainingScan.Prepare(name, image, mask, preprocessing);
        }
        catch (InvalidVolumeException failure)
        {
            throw new InvalidVolumeException(failure.Kind, failure.Slug, $"Case {name}: {failure.Message}", failure);
        }
    }
}
