using System.CommandLine;
using System.Runtime.InteropServices;
using Sassnet.Model.Inference;
using Sassnet.Model.Native;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Methods;
using Sassnet.Training.Runs;
using Sassnet.Training.Telemetry;
using static TorchSharp.torch;

namespace Sassnet.Training.Commands;

/// <summary><c>train</c>: runs the training loop of a configuration, or goes on with an interrupted run.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var config = new Option<FileInfo>("--config") { Description = "The YAML configuration.", Required = true };
        var output = new Option<DirectoryInfo?>("--output") { Description = "The run's folder; runs/<configuration's name> if absent." };
        var resume = new Option<bool>("--resume") { Description = "Go on from the newest checkpoint of the run's folder, with the configuration stored there; where there is no run yet, start one." };
        var set = new Option<string[]>("--set")
        {
            Description = "A value in place of the configuration's, such as optimizer.learningRate=0.02 or method=bcp; may be given several times. An interrupted run keeps the values it was started with.",
            DefaultValueFactory = _ => [],
        };
        var command = new Command("train", "Train a model. SIGTERM saves a checkpoint and ends with exit code 75.") { config, output, resume, set };
        command.SetAction((arguments, _) =>
        {
            var file = arguments.GetRequiredValue(config);
            var folder = arguments.GetValue(output)?.FullName ?? Path.Combine("runs", Path.GetFileNameWithoutExtension(file.Name));
            return Train(file.FullName, folder, arguments.GetValue(resume), arguments.GetValue(set) ?? []);
        });
        return command;
    }

    private static async Task<int> Train(string config, string folder, bool resume, string[] assignments)
    {
        var run = resume && RunFolder.IsStarted(folder) ? RunFolder.Open(folder) : RunFolder.Create(folder, TrainingOptionsFile.Read(config, assignments));
        var stored = TrainingOptionsFile.Read(run.ConfigFile);
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

        TorchRuntime.Load();
        set_num_threads(stored.Threads > 0 ? stored.Threads : Environment.ProcessorCount);
        var options = StartingPackage.Keep(run, RunPrecision.Settle(run, stored, () => FastestPrecision(stored.Network.Filters)));
        var precision = options.Precision == TrainingPrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var dataset = ScanDataset.Load(options);
        Console.WriteLine($"{options.Method.Name()}: {dataset.Labelled.Count} labelled, {dataset.Unlabelled.Count} unlabelled and {dataset.Validation.Count} validation scans, {precision}, run folder {folder}");
        manual_seed(options.Seed);
        using var method = TrainingMethod.Create(options, precision);
        using var telemetry = TelemetryExport.Start();
        var progress = new Progress(Console.Out, TimeProvider.System, isTerminal: !Console.IsOutputRedirected);
        var done = await new Trainer(options, run, TimeProvider.System, progress).Run(dataset, method, stop.Token);
        if (done < options.Iterations)
        {
            Console.WriteLine($"stopped after {done} iterations; go on with --resume");
            return ExitCodes.Interrupted;
        }

        return ExitCodes.Success;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static TrainingPrecision FastestPrecision(int filters) =>
        PrecisionChoice.ForTraining(filters, Console.WriteLine) == Precision.BFloat16 ? TrainingPrecision.BFloat16 : TrainingPrecision.Float32;
}
