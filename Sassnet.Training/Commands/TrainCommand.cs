using System.CommandLine;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Methods;
using Sassnet.Training.Printing;
using Sassnet.Training.Runs;
using Sassnet.Training.Sweeps;
using Sassnet.Training.Telemetry;
using static TorchSharp.torch;

namespace Sassnet.Training.Commands;

/// <summary><c>train</c>: runs the training loop of a configuration, or goes on with an interrupted run.</summary>
internal static class TrainCommand
{
    /// <summary>Its name.</summary>
    public const string Name = "train";

    public static Command Create()
    {
        var config = new Option<FileInfo?>("--config") { Description = "The YAML configuration. Paths in it are relative to it." }.Taking("a file");
        var sweep = new Option<string?>("--sweep") { Description = "In place of --config and --output: the folder of a sweep, of which one run is done, in a folder of its name there, and --evaluate." }.Taking("a folder");
        var index = new Option<int?>("--index") { Description = "Which run of the sweep, counted from 0; SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX where omitted." };
        var evaluate = new Option<bool>("--evaluate") { Description = "In the end make a package of the last checkpoint, RUN/model, and measure it on the validation scans, RUN/evaluation. SIGTERM or Ctrl+C gives up the measurement with exit code 75; with --resume it begins anew." };
        var output = new Option<string?>("--output") { Description = "The run's folder. Where omitted, runs/NAME in the current folder for a configuration NAME.yaml." }.Taking("a folder");
        var resume = new Option<bool>("--resume") { Description = "Go on from the newest checkpoint of the run's folder, with the configuration stored there; where there is no run yet, start one." };
        var set = new Option<string[]>("--set")
        {
            Description = "A value in place of the configuration's, such as optimizer.learningRate=0.02 or method=bcp; may be given several times. Paths are relative to the current folder. "
                + "A run that goes on keeps the values it was started with, but for iterations, of which more extend a finished run, data.folder, and device; "
                + "one of a sweep has the method, the seed, the number of labels and the fold of its row.",
            DefaultValueFactory = _ => [],
        }.Taking("KEY=VALUE");
        var command = new Command(
            Name,
            "Train a model. SIGTERM or Ctrl+C saves a checkpoint after the iteration and ends with exit code 75. Processes that mpirun or srun started together train one model; see crops.accumulate.")
        {
            config, sweep, index, output, evaluate, resume, set,
        };
        command.SetAction((arguments, _) =>
        {
            var world = World.Join();
            if (!world.IsFirst)
                Console.SetOut(TextWriter.Null);
            var (file, folder, member) = Source(arguments.GetValue(config), arguments.GetValue(output), arguments.GetValue(sweep), arguments.GetValue(index));
            return Train(world, file, folder, member, arguments.GetValue(resume), arguments.GetValue(evaluate) || member is not null, arguments.GetValue(set) ?? []);
        });
        return command;
    }

    // The configuration and the run's folder, and the row of the sweep that it is, if of one.
    private static (string Config, string Folder, SweepRun? Member) Source(FileInfo? config, string? output, string? sweepFolder, int? index)
    {
        if ((config is null) == (sweepFolder is null))
            throw new InvalidConfigurationException($"{(config is null ? "Neither --config nor --sweep" : "Both --config and --sweep")} is given; accepted: one of them.");
        if (sweepFolder is null && index is not null)
            throw new InvalidConfigurationException($"--index is {index}, and there is no --sweep; accepted: both or neither.");
        if (sweepFolder is not null && output is not null)
            throw new InvalidConfigurationException($"--output is {output}; accepted with --sweep: none, since each run has a folder of its name in the sweep's.");
        if (sweepFolder is null)
            return (config!.FullName, output ?? Path.Combine("runs", Path.GetFileNameWithoutExtension(config.Name)), null);
        var sweep = Sweep.Open(sweepFolder);
        var (asked, source) = ArrayIndex.Find(index, Environment.GetEnvironmentVariable);
        var run = sweep.Find(asked, source);
        Console.WriteLine($"run {run.Index} of {sweep.Runs.Count}: {run.Name}");
        return (sweep.ConfigOf(run), sweep.FolderOf(run), run);
    }

    private static async Task<int> Train(World world, string config, string folder, SweepRun? member, bool resume, bool evaluates, string[] assignments)
    {
        // mpirun gives each process a terminal, even where its own output goes into a file.
        var isTerminal = !Console.IsOutputRedirected && world.Size == 1;
        var progress = new Progress(isTerminal ? PlainConsole.Terminal : Console.Out, TimeProvider.System, isTerminal);
        var answer = "it stops before the first iteration";
        var stop = StopSignals.Listen(signal => progress.Say($"{signal}: {answer}"));
        var resumed = resume && RunFolder.IsStarted(folder) ? RunFolder.Open(folder) : null;
        using var going = world.IsFirst && resumed is not null ? RunClaim.Take(folder) : null;
        if (resumed is null)
            RunFolder.RequireNone(folder);
        var options = resumed is null ? TrainingOptionsFile.Read(config, assignments) : ResumedOptions.Read(resumed, assignments);
        if (member is not null)
            Sweep.Require(member, options);
        if (evaluates)
            RunEvaluation.RequireValidation(options);
        TelemetryExport.RequireReadable();
        if (resumed is not null && ResumedOptions.Unread(config, assignments, options) is { } unread)
            Console.WriteLine($"WARNING {unread}");

        TorchRuntime.Load();
        Console.WriteLine(TorchRuntime.Description);
        var start = resumed is null ? StartingPackage.Open(options) : StartingPackage.Of(resumed, options);
        var device = RunDevice.Find("device", options.Device, RunDevice.LocalRank(Environment.GetEnvironmentVariable));
        options = RunShare.Settle(RunDevice.Settle(options, device), world);

        // All have read the run's folder when all have come to this question, and none has begun to write it.
        var settled = (TrainingPrecision)world.FromFirst(() => (int)RunPrecision.Settle(options, () => FastestPrecision(options.Network.Filters, device)).Precision);
        options = options with { Precision = settled };
        RunDevice.Check(options, device);
        var precision = options.Precision == TrainingPrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

        // Nothing is lost if it is left in the middle.
        var dataset = await Task.Run(() => ScanDataset.Load(options), stop).WaitAsync(stop);
        Console.WriteLine($"{options.Method.Name()}: {dataset.Labelled.Count} labelled, {dataset.Unlabelled.Count} unlabelled and {dataset.Validation.Count} validation scans, {precision} on {device}, run folder {folder}");
        if (OtherLabelValues.Sentence(dataset.OtherValues) is { } others)
            Console.WriteLine(others);
        if (resumed is not null)
            RunScans.Require(resumed, dataset);
        string[] warnings =
        [
            .. dataset.Warnings,
            .. MethodFit.Warnings(options),
            .. GridFit.Warnings(options, dataset),
            .. ForegroundFit.Warnings(options, dataset),
            .. MirrorFit.Warnings(options),
            .. ComponentFit.Warnings(options, dataset, isResumed: resumed is not null),
            .. MissingStructures.Warnings(options, dataset),
            .. StartingLabels.Warnings(start, options.StructureNames),
        ];
        foreach (var warning in warnings)
            Console.WriteLine($"WARNING {warning}");
        manual_seed(options.Seed);
        using var method = TrainingMethod.Create(options with { Network = options.Network with { StartFrom = start?.Folder ?? "" } }, precision, device);
        stop.ThrowIfCancellationRequested();
        RunAgreement.Require(world, options, dataset, method);

        // Everything that can be wrong with a start is known by now, so that a failed one leaves no folder.
        using var starting = world.IsFirst && resumed is null ? RunClaim.Take(folder) : null;
        var run = resumed ?? (world.IsFirst ? RunFolder.Create(folder, options, start) : RunFolder.Beside(folder));
        answer = "it stops after this iteration, with a checkpoint";
        var whenDone = $"the training is over, with its last checkpoint{(evaluates ? "; its measurement is given up" : "")}";
        if (world.IsFirst)
        {
            resumed?.ClearUnfinished();
            resumed?.Store(options);
        }

        using var telemetry = world.IsFirst ? TelemetryExport.Start() : null;
        try
        {
            if (world.IsFirst)
                RunScans.Write(run, dataset);
            if (world.IsFirst && RunOutcome.Of(RunState.Training, run, options) is var begun)
            {
                // One that goes on may have all its iterations behind it. That it failed before is to be told no more: whatever fails from here on is.
                if (begun.Iterations < options.Iterations || RunOutcome.Read(run.Path) is { State: RunState.Failed })
                    begun.Write(run);
                if (begun.Iterations >= options.Iterations)
                    answer = whenDone;
            }

            var (done, isValidated) = await new Trainer(options, run, TimeProvider.System, progress, world).Run(dataset, method, stop);
            world.Leave();

            // The launcher would end the first with another that ended with anything but 0.
            if (!world.IsFirst)
                return ExitCodes.Success;
            if (done < options.Iterations || !isValidated)
            {
                RunOutcome.Of(RunState.Stopped, run, options).Write(run);
                Console.WriteLine($"stopped after {Counted.Of(done, "iteration")}; go on with --resume");
                return ExitCodes.Interrupted;
            }
        }
        catch when (world.IsFirst && resumed is null && !run.HasMetrics)
        {
            run.Discard();
            throw;
        }
        catch (Exception failure)
        {
            // Of several processes the first, which writes all else, may be waiting for this one, and be ended with it.
            Note(failure, run, options);
            throw;
        }

        answer = whenDone;

        // The kind is stored with the run; which one of it this process has, what follows is to use as well.
        return Finish(run, options with { Device = device.ToString() }, evaluates, stop);
    }

    private static void Note(Exception failure, RunFolder run, TrainingOptions options)
    {
        try
        {
            RunOutcome.NoteFailure(run, options, failure.Message);
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException or InvalidPackageException or InvalidConfigurationException)
        {
            // What failed is what matters, and a full disk is often it.
        }
    }

    private static int Finish(RunFolder run, TrainingOptions options, bool evaluates, CancellationToken stop)
    {
        if (evaluates)
            return Measure(run, options, stop);

        // What was measured before stays known.
        if (RunOutcome.Read(run.Path) is not { State: RunState.Evaluated })
            RunOutcome.Of(RunState.Trained, run, options).Write(run);
        foreach (var line in RunSummary.Of(run, options))
            Console.WriteLine(line);
        return ExitCodes.Success;
    }

    private static int Measure(RunFolder run, TrainingOptions options, CancellationToken stop)
    {
        try
        {
            RunEvaluation.Write(run, options, Console.Out, stop);
            return ExitCodes.Success;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The package is there: it is made before it is measured.
            var command = RunSummary.Measurement(run, options);
            Console.WriteLine($"stopped while measuring: the training is over, after {Counted.Of(options.Iterations, "iteration")}, and its package is {run.ModelFolder}; measure it anew with --resume{(command is null ? "" : $", or by: {command}")}");
            return ExitCodes.Interrupted;
        }
    }

    private static TrainingPrecision FastestPrecision(int filters, Device device) =>
        PrecisionChoice.ForTraining(filters, device, Console.WriteLine) == Precision.BFloat16 ? TrainingPrecision.BFloat16 : TrainingPrecision.Float32;
}
