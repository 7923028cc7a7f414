using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Phantoms;

namespace Sassnet.Benchmarks.Training;

/// <summary>Phantoms to train on: training knows no difference.</summary>
internal static class TrainingCrops
{
    private const int Scans = 4;

    /// <summary>Two labelled and two unlabelled phantoms, each prepared for a configuration.</summary>
    public static ScanDataset Phantoms(TrainingOptions options)
    {
        var preprocessing = options.Preprocessing.ToSpecification();
        var scans = Enumerable.Range(1, Scans).Select(seed => Prepare((ulong)seed, preprocessing)).ToList();
        return new ScanDataset(scans[..2], [.. scans[2..].Select(scan => scan with { Mask = null })], []);
    }

    private static TrainingScan Prepare(ulong seed, PreprocessingSpecification preprocessing)
    {
        var (image, label) = PhantomGenerator.Generate(seed, new PhantomOptions());
        return TrainingScan.Of($"phantom-{seed}", PreparedScan.Of(image, preprocessing), label);
    }
}
