using Sassnet.Model.Files;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using static TorchSharp.torch;

namespace Sassnet.Training.Runs;

/// <summary>Makes a model package of a checkpoint, described by the configuration stored in its run.</summary>
internal static class RunPackage
{
    /// <summary>The run of a checkpoint.</summary>
    /// <exception cref="InvalidConfigurationException">The file is not in a run's checkpoints folder.</exception>
    public static RunFolder RunOf(FileInfo checkpoint) =>
        RunFolder.Open(checkpoint.Directory?.Parent?.FullName ?? throw new InvalidConfigurationException($"'{checkpoint}' is not in a run's checkpoints folder."));

    /// <summary>Writes the package, with float16 weights.</summary>
    /// <param name="run">The checkpoint's run.</param>
    /// <param name="checkpoint">A file of the run's checkpoints folder.</param>
    /// <param name="folder">The package's folder.</param>
    public static ModelPackage Write(RunFolder run, FileInfo checkpoint, string folder)
    {
        var (network, manifest) = Load(run, checkpoint);
        using (network)
            return ModelPackage.Write(folder, network, manifest, ScalarType.Float16);
    }

    /// <summary>The network of a checkpoint and what a package says of it; the caller disposes the network.</summary>
    /// <param name="run">The checkpoint's run.</param>
    /// <param name="checkpoint">A file of the run's checkpoints folder.</param>
    internal static (VNet Network, ModelManifest Manifest) Load(RunFolder run, FileInfo checkpoint)
    {
        var options = TrainingOptionsFile.Read(run.ConfigFile);
        using var file = SafetensorsFile.Open(checkpoint.FullName);
        var manifest = Manifest(run, options, CheckpointMetadata.Of(file), checkpoint);
        var network = new VNet(options.Network.Filters, classes: options.Structures.Count);
        try
        {
            Checkpoint.LoadNetwork(file, network);
            return (network, manifest);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Whether a package is of a run as it is now, after its newest iterations or the best ones; true also where the run has no checkpoint left to tell.</summary>
    internal static bool IsOfNow(RunFolder run, ModelPackage package)
    {
        var (made, done) = (package.Manifest.Training.Iterations, run.IterationsDone());
        return done == 0 || made == done || made == run.Best()?.Iterations;
    }

    /// <summary>Whether a run's folder has a package and an evaluation of it, both of which can be read, that are what is wanted.</summary>
    /// <param name="run">The run.</param>
    /// <param name="areWanted">What is asked of them besides.</param>
    internal static bool IsMeasured(RunFolder run, Func<ModelPackage, PackageEvaluation, bool> areWanted)
    {
        try
        {
            return Directory.Exists(run.ModelFolder) && PackageEvaluation.Read(run.EvaluationFolder) is { } evaluation
                && ModelPackage.Open(run.ModelFolder) is var package && evaluation.IsOf(package) && areWanted(package, evaluation);
        }
        catch (InvalidPackageException)
        {
            return false;
        }
    }

    private static ModelManifest Manifest(RunFolder run, TrainingOptions options, CheckpointMetadata state, FileInfo checkpoint)
    {
        var data = options.Data;
        var (labelled, unlabelled) = Cases(options, state);
        return new ModelManifest
        {
            Name = options.Name,
            Version = options.Version,
            Architecture = new Architecture("vnet-sdm", options.Network.Filters, options.Structures.Count > 1 ? options.Structures.Count : null),
            Labels = PackageLabels.Of(options.Structures),
            Preprocessing = options.Preprocessing.ToSpecification(),
            Range = state.Range,
            Card = options.Card.ToCard(),
            Inference = new InferenceSpecification(options.Window.Patch, options.Window.Stride, new Dictionary<string, double>()),
            Training = new TrainingProvenance(
                options.Method.Name(),
                labelled,
                unlabelled,
                state.Iterations,

                // The folder's path is nobody's business but this machine's.
                data.Description.Length > 0 ? data.Description : Path.GetFileName(Path.TrimEndingDirectorySeparator(data.Folder)),

                // Checkpoints of earlier versions do not say.
                state.Date ?? DateOnly.FromDateTime(FileStamp.Of(checkpoint.FullName).ModifiedUtc),
                state.Commit ?? CodeCommit.Name,
                StartingPackage.Of(run, options)?.Identifier),
            Sha256 = "",
        };
    }

    // Checkpoints of earlier versions do not say; their runs' lists do, where they still are.
    private static (int Labelled, int Unlabelled) Cases(TrainingOptions options, CheckpointMetadata state)
    {
        if (state is { Labelled: { } labelled, Unlabelled: { } unlabelled })
            return (labelled, unlabelled);
        var split = DataSplit.Of(options, new CaseFiles(options.Data.Folder, VoxelSize.Unit));
        return (split.Labelled.Count, split.Unlabelled.Count);
    }
}
