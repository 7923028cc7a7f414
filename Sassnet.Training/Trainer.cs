using System.Globalization;
using Sassnet.Model.Files;
using Sassnet.Model.Inference.Memory;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Methods;
using Sassnet.Training.Runs;
using Sassnet.Training.Telemetry;
using Sassnet.Training.Validation;
using static TorchSharp.torch;

namespace Sassnet.Training;

/// <summary>The training loop. Of several processes every one goes through it; the first alone writes the run's folder and speaks.</summary>
/// <param name="options">The run's configuration.</param>
/// <param name="run">Its folder.</param>
/// <param name="clock">The time.</param>
/// <param name="progress">Where the first process speaks.</param>
/// <param name="world">The processes.</param>
public sealed class Trainer(TrainingOptions options, RunFolder run, TimeProvider clock, Progress progress, World world)
{
    private const string Dice = "validationDice";

    private readonly Share _share = RunShare.Of(options, world);

    private int Threads => options.Threads > 0 ? options.Threads : world.Processors;

    /// <summary>Trains up to the configured number of iterations, from the newest checkpoint if there is one.</summary>
    /// <param name="dataset">The prepared scans.</param>
    /// <param name="method">Freshly built networks; trained in place.</param>
    /// <param name="cancellationToken">Asks for a checkpoint and a clean end after the current iteration; a validation is left in the middle, and made up for when the run goes on.</param>
    /// <returns>How many iterations are done in all, and whether the validation that belongs to the last one is, where one does.</returns>
    /// <exception cref="TrainingFailedException">A loss or a weight became NaN or infinite, memory ran out or the run folder cannot be written.</exception>
    /// <exception cref="InvalidConfigurationException">The processes do not have the same to work on.</exception>
    public async Task<(int Iterations, bool IsValidated)> Run(ScanDataset dataset, TrainingMethod method, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(method);
        var done = run.LatestCheckpoint() is { } checkpoint ? Checkpoint.Restore(checkpoint, method) : 0;
        RunAgreement.Require(world, method, done);
        using var log = world.IsFirst ? new MetricsLog(run, done, clock) : null;
        using var telemetry = new TrainingMetrics();
        progress.Start(done, options.Iterations);
        var state = new CheckpointMetadata(done, dataset.Labelled.Count, dataset.Unlabelled.Count, Range: dataset.Range);
        var loader = new BatchLoader(dataset, options, _share);
        try
        {
            if (!MakeUp(dataset, method, log, telemetry, state, cancellationToken))
                return (done, false);
        }
        catch (Exception failure) when (Told(failure, done, loader) is { } told)
        {
            throw told;
        }

        var asked = clock.GetTimestamp();
        var isValidated = true;
        var beside = BatchLoader.ThreadsBeside(method.Device, world.Processors);
        await foreach (var batches in loader.Load(done, options.Iterations, method.Precision, method.Device, beside, CancellationToken.None))
        {
            // LibTorch keeps this setting per thread, and the wait for a batch may end on another one.
            set_num_threads(Threads);
            var waited = clock.GetElapsedTime(asked);
            bool isLast;
            try
            {
                var losses = Step(method, batches, done++, loader);
                state = state with { Iterations = done };
                List<(string, double)> figures = [("loss", losses.Total), .. losses.Parts, ("learningRate", method.LearningRate)];
                var step = clock.GetElapsedTime(asked) - waited;
                if (IsValidationDue(dataset, done))
                {
                    RequireFinite(method, done, loader);
                    var found = Validate(dataset, method, log, state, cancellationToken);
                    isValidated = found is not null;
                    figures.AddRange(found ?? []);
                }

                // The console has the means alone: with those of many structures its line would be too long to read.
                List<(string, double)> all = [.. figures, .. losses.OfStructures];
                telemetry.Record(step, waited, all);
                log?.Write(done, all);
                progress.Report(done, figures, waited, IsDue(options.Run.LogEvery, done));

                // Asked once, and of all processes: a request that comes after the checkpoint is answered by the next iteration, which makes one.
                isLast = world.Any(cancellationToken.IsCancellationRequested);
                if (isLast || IsDue(options.Run.CheckpointEvery, done))
                    Save(method, state, loader, log);
            }
            catch (Exception failure) when (Told(failure, done, loader) is { } told)
            {
                throw told;
            }

            if (isLast)
                break;
            asked = clock.GetTimestamp();
        }

        return (done, isValidated);
    }

    private StepLosses Step(TrainingMethod method, IReadOnlyList<Batch> batches, int iteration, BatchLoader loader)
    {
        method.LearningRate = options.Optimizer.LearningRateAt(method.ScheduleIteration(iteration), method.ScheduleIteration(options.Iterations));
        var losses = method.Step(batches, iteration, _share);
        return losses.AreFinite ? losses : throw new TrainingFailedException(
            iteration + 1, loader.Cases(iteration), $"the loss is no longer finite ({losses}); lower optimizer.learningRate, or look at these scans.");
    }

    // A validation that was left for a stop. What trained the weights is what their checkpoint says, which may be another process than this.
    private bool MakeUp(ScanDataset dataset, TrainingMethod method, MetricsLog? log, TrainingMetrics telemetry, CheckpointMetadata state, CancellationToken stop)
    {
        if (!IsValidationDue(dataset, state.Iterations) || world.FromFirst(() => log!.Lacks(state.Iterations, Dice) ? 1 : 0) == 0)
            return true;
        set_num_threads(Threads);
        var trained = CheckpointMetadata.Read(run.CheckpointAt(state.Iterations));
        if (Validate(dataset, method, log, state with { Commit = trained.Commit, Date = trained.Date }, stop) is not { } late)
            return false;
        log?.AddToLast(state.Iterations, late);
        telemetry.Record(late);
        progress.Say(string.Create(CultureInfo.InvariantCulture, $"made up for: {Dice} {late[0].Item2:F4} at {state.Iterations}"));
        return true;
    }

    // What can be done about a fault; null where that is not known.
    private static TrainingFailedException? Told(Exception failure, int done, BatchLoader loader) => failure switch
    {
        IOException => new TrainingFailedException(done, loader.Cases(done - 1), $"{failure.Message} {(FullDisk.IsMeantBy(failure) ? "Make room, then" : "Once that is mended,")} go on with --resume.", failure),
        _ when DeviceOutOfMemoryException.IsMeantBy(failure) => new TrainingFailedException(done, loader.Cases(done - 1), $"{Failures.OfMemory(failure)}; crops.sizes, crops.labelled and crops.unlabelled decide how much is needed. With fewer crops, crops.accumulate makes up for them.", failure),
        _ => null,
    };

    // Each process predicts its part of the scans; all know the means, that of all structures and, where there are several, of each that a scan has by its label's value.
    // Null where it was left: scans may take longer than whoever asks to stop will wait, and the iterations since the last checkpoint would be lost with them.
    private List<(string, double)>? Validate(ScanDataset dataset, TrainingMethod method, MetricsLog? log, CheckpointMetadata state, CancellationToken stop)
    {
        var (scans, structures) = (dataset.Validation.Count, options.Structures);
        var found = new ValidationDice(dataset.Validation, structures.Count);
        for (var index = world.Rank; index < scans; index += world.Size)
        {
            if (Predict(method, dataset, index, state.Iterations, stop) is not { } prediction)
                break;
            found.Note(index, prediction);
            if (index == 0)
                log!.WritePicture(state.Iterations, prediction, PackageLabels.Of(structures));
        }

        if (world.Any(stop.IsCancellationRequested))
            return null;
        found.Share(world);
        var dice = found.Mean;

        // The first is the best so far whatever it is, 0 where nothing was found.
        if (world.IsFirst && (run.Best() is not { ValidationDice: { } best } || dice > best))
            Checkpoint.SaveNetwork(run.BestCheckpoint, method, Stamped(state) with { ValidationDice = dice });
        List<(string, double)> figures = [(Dice, dice)];
        for (var index = 0; structures.Count > 1 && index < structures.Count; index++)
        {
            if (found.MeanOf((byte)(index + 1)) is { } own)
                figures.Add(($"{Dice}.{structures[index].Value}", own));
        }

        return figures;
    }

    private ScanPrediction? Predict(TrainingMethod method, ScanDataset dataset, int index, int iteration, CancellationToken stop)
    {
        var scan = dataset.Validation[index];
        try
        {
            return ScanPrediction.Of(method.Exported, scan, method.Precision, PackageLabels.Of(options.Structures), Math.Min(world.OnMachine, dataset.Validation.Count), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure) when (DeviceOutOfMemoryException.IsMeantBy(failure))
        {
            throw new TrainingFailedException(
                iteration,
                [scan.Name],
                $"{Failures.OfMemory(failure)}; this scan of data.validation was being segmented, in tiles as small as they get. Free some of the device's memory, then go on with --resume.",
                failure);
        }
    }

    // A loss is that of the weights before its step. What its gradient made of them shows in the next one's, which is too late for a checkpoint between the two, and after
    // the last step there is none.
    private static void RequireFinite(TrainingMethod method, int done, BatchLoader loader)
    {
        if (Checkpoint.NotFinite(method) is { } broken)
        {
            throw new TrainingFailedException(
                done,
                loader.Cases(done - 1),
                $"what it learned is no longer finite ({broken}), and is not saved; go on from the last checkpoint with --resume, and should it end here again, begin anew with a lower optimizer.learningRate, or look at these scans.");
        }
    }

    private void Save(TrainingMethod method, CheckpointMetadata state, BatchLoader loader, MetricsLog? log)
    {
        RequireFinite(method, state.Iterations, loader);
        if (RunAgreement.DifferenceOfWeights(world, method) is { } difference)
            throw new TrainingFailedException(state.Iterations, loader.Cases(state.Iterations - 1), $"the processes' weights have gone apart ({difference}); go on from the last checkpoint with --resume.");
        if (!world.IsFirst)
            return;
        log!.Flush();
        Checkpoint.Save(run.CheckpointAt(state.Iterations), method, Stamped(state));
        run.PruneCheckpoints(options.Run.KeepCheckpoints);
        RunOutcome.Of(RunState.Training, run, options).Write(run);
    }

    private CheckpointMetadata Stamped(CheckpointMetadata state) =>
        state.Commit is null ? state with { Commit = CodeCommit.Name, Date = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime) } : state;

    private bool IsValidationDue(ScanDataset dataset, int done) => done > 0 && dataset.Validation.Count > 0 && IsDue(options.Run.ValidateEvery, done);

    private bool IsDue(int every, int done) => done % every == 0 || done == options.Iterations;
}
