using System.CommandLine;
using System.Reflection;
using Sassnet.Model.Native;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Runs;
using static TorchSharp.torch;

namespace Sassnet.Training.Commands;

/// <summary><c>export</c>: makes a model package of a checkpoint, described by the configuration stored in its run.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var checkpoint = new Option<FileInfo>("--checkpoint") { Description = "A file of a run's checkpoints folder.", Required = true };
        var output = new Option<string>("--output") { Description = "The package's folder.", Required = true };
        var command = new Command("export", "Make a model package (float16 weights) of a checkpoint.") { checkpoint, output };
        command.SetAction(arguments =>
        {
            TorchRuntime.Load();
            var package = Export(arguments.GetRequiredValue(checkpoint), arguments.GetRequiredValue(output));
            Console.WriteLine($"wrote {package.Identifier} to {package.Folder}");
        });
        return command;
    }

    private static ModelPackage Export(FileInfo checkpoint, string folder)
    {
        var run = RunFolder.Open(checkpoint.Directory?.Parent?.FullName ?? throw new InvalidConfigurationException($"'{checkpoint}' is not in a run's checkpoints folder."));
        var options = TrainingOptionsFile.Read(run.ConfigFile);
        using var network = new VNet(options.Network.Filters);
        using var file = SafetensorsFile.Open(checkpoint.FullName);
        NetworkWeights.Load(network, file, Checkpoint.NetworkPrefix);
        return ModelPackage.Write(folder, network, Manifest(run, options, CheckpointMetadata.Of(file), checkpoint), ScalarType.Float16);
    }

    private static ModelManifest Manifest(RunFolder run, TrainingOptions options, CheckpointMetadata state, FileInfo checkpoint)
    {
        var data = options.Data;
        var (labelled, unlabelled) = Cases(options, state);
        return new ModelManifest
        {
            Name = options.Name,
            Version = options.Version,
            Architecture = new Architecture("vnet-sdm", options.Network.Filters),
            Labels = [new Label(options.Label.Value, options.Label.Name, options.Label.SnomedCode.Length > 0 ? options.Label.SnomedCode : null)],
            Preprocessing = options.Preprocessing.ToSpecification(),
            Range = state.Range,
            Inference = new InferenceSpecification(options.Window.Patch, options.Window.Stride, new Dictionary<string, double>()),
            Training = new TrainingProvenance(
                options.Method.Name(),
                labelled,
                unlabelled,
                state.Iterations,

                // The folder's path is nobody's business but this machine's.
                data.Description.Length > 0 ? data.Description : Path.GetFileName(Path.TrimEndingDirectorySeparator(data.Folder)),
                DateOnly.FromDateTime(checkpoint.LastWriteTimeUtc),
                Commit(),
                StartingPackage.Of(run)?.Identifier),
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

    // The SDK stamps the commit into the assembly's version as 1.2.3+<commit>.
    private static string Commit() => typeof(ExportCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
        .InformationalVersion.Split('+') is [_, var commit] ? commit : "unknown";
}
