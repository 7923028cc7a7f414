using System.CommandLine;
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
        var config = new Option<FileInfo>("--config") { Description = "The YAML configuration. Paths in it are relative to it.", Required = true };
        var output = new Option<string?>("--output") { Description = "The run's folder. Where omitted, runs/NAME in the current folder for a configuration NAME.yaml." };
        var resume = new Option<bool>("--resume") { Description = "Go on from the newest checkpoint of the run's folder, with the configuration stored there; where there is no run yet, start one." };
        var set = new Option<string[]>("--set")
        {
            Description = "A value in place of the configuration's, such as optimizer.learningRate=0.02 or method=bcp; may be given several times. Paths are relative to the current folder. "
                + "A run that goes on keeps the values it was started with, but for iterations, of which more extend a finished run, data.folder, and device.",
            DefaultValueFactory = _ => [],
        };
        var command = new Command("train", "Train a model. SIGTERM or Ctrl+C saves a checkpoint after the iteration and ends with exit code 75.") { config, output, resume, set };
        command.SetAction((arguments, _) =>
        {
            var file = arguments.GetRequiredValue(config);
            var folder = arguments.GetValue(output) ?? Path.Combine("runs", Path.GetFileNameWithoutExtension(file.Name));
            return Train(file.FullName, folder, arguments.GetValue(resume), arguments.GetValue(set) ?? []);
        });
        return command;
    }

    private static async Task<int> Train(string config, string folder, bool resume, string[] assignments)
    {
        var progress = new Progress(Console.Out, TimeProvider.System, isTerminal: !Console.IsOutputRedirected);
        RunFolder? run = null;
        var stop = StopSignals.Listen(signal => progress.Say($"{signal}: it stops {(run is null ? "before the first iteration" : "after this iteration, with a checkpoint")}"));
        var resumed = resume && RunFolder.IsStarted(folder) ? RunFolder.Open(folder) : null;
        if (resumed is null)
            RunFolder.RequireNone(folder);
        var options = resumed is null ? TrainingOptionsFile.Read(config, assignments) : ResumedOptions.Read(resumed, assignments);

        TorchRuntime.Load();
        Console.WriteLine(TorchRuntime.Description);
        var start = resumed is null ? StartingPackage.Open(options) : StartingPackage.Of(resumed);
        var device = RunDevice.Find("device", options.Device, RunDevice.LocalRank(Environment.GetEnvironmentVariable));
        options = RunDevice.Settle(RunPrecision.Settle(options, () => FastestPrecision(options.Network.Filters, device)), device);
        RunDevice.Check(options, device);
        var precision = options.Precision == TrainingPrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

        // Nothing is lost if it is left in the middle.
        var dataset = await Task.Run(() => ScanDataset.Load(options), stop).WaitAsync(stop);
        Console.WriteLine($"{options.Method.Name()}: {dataset.Labelled.Count} labelled, {dataset.Unlabelled.Count} unlabelled and {dataset.Validation.Count} validation scans, {precision} on {device}, run folder {folder}");
        manual_seed(options.Seed);
        using var method = TrainingMethod.Create(options with { Network = options.Network with { StartFrom = start?.Folder ?? "" } }, precision, device);
        stop.ThrowIfCancellationRequested();

        // Everything that can be wrong with a start is known by now, so that a failed one leaves no folder.
        run = resumed ?? RunFolder.Create(folder, options, start);
        resumed?.Store(options);
        using var telemetry = TelemetryExport.Start();
        try
        {
            var done = await new Trainer(options, run, TimeProvider.System, progress).Run(dataset, method, stop);
            if (done < options.Iterations)
            {
                Console.WriteLine($"stopped after {done} iterations; go on with --resume");
                return ExitCodes.Interrupted;
            }
        }
        catch when (resumed is null && !run.HasMetrics)
        {
            run.Discard();
            throw;
        }

        foreach (var line in RunSummary.Of(run, options))
            Console.WriteLine(line);
        return ExitCodes.Success;
    }

    private static TrainingPrecision FastestPrecision(int filters, Device device) =>
        PrecisionChoice.ForTraining(filters, device, Console.WriteLine) == Precision.BFloat16 ? TrainingPrecision.BFloat16 : TrainingPrecision.Float32;
}
