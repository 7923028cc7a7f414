using Sassnet.Model.Inference;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Methods;
using Sassnet.Training.Runs;
using Sassnet.Training.Telemetry;
using Sassnet.Training.Validation;
using static TorchSharp.torch;

namespace Sassnet.Training;

/// <summary>The training loop.</summary>
public sealed class Trainer(TrainingOptions options, RunFolder run, TimeProvider clock, Progress progress)
{
    /// <summary>Trains up to the configured number of iterations, from the newest checkpoint if there is one.</summary>
    /// <param name="dataset">The prepared scans.</param>
    /// <param name="method">Freshly built networks; trained in place.</param>
    /// <param name="cancellationToken">Asks for a checkpoint and a clean end after the current iteration.</param>
    /// <returns>How many iterations are done in all.</returns>
    /// <exception cref="TrainingFailedException">A loss became NaN or infinite, memory ran out or the run folder cannot be written.</exception>
    public async Task<int> Run(ScanDataset dataset, TrainingMethod method, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(method);
        var done = run.LatestCheckpoint() is { } checkpoint ? Checkpoint.Restore(checkpoint, method) : 0;
        using var log = new MetricsLog(run, done, clock);
        using var telemetry = new TrainingMetrics();
        progress.Start(done, options.Iterations);
        var state = new CheckpointMetadata(done, dataset.Labelled.Count, dataset.Unlabelled.Count, Range: dataset.Range);
        var asked = clock.GetTimestamp();
        await foreach (var batch in new BatchLoader(dataset, options).Load(done, options.Iterations, method.Precision, method.Device, CancellationToken.None))
        {
            // LibTorch keeps this setting per thread, and the wait for a batch may end on another one.
            set_num_threads(options.Threads > 0 ? options.Threads : Environment.ProcessorCount);
            var waited = clock.GetElapsedTime(asked);
            bool isLast;
            try
            {
                var losses = Step(method, batch, done++);
                state = state with { Iterations = done };
                List<(string, double)> figures = [("loss", losses.Total), .. losses.Parts, ("learningRate", method.LearningRate)];
                var step = clock.GetElapsedTime(asked) - waited;
                if (dataset.Validation.Count > 0 && IsDue(options.Run.ValidateEvery, done))
                    figures.Add(("validationDice", Validate(dataset, method, log, state)));
                telemetry.Record(step, waited, figures);
                log.Write(done, figures);
                progress.Report(done, figures, waited, IsDue(options.Run.LogEvery, done));

                // Asked once: a request that comes after the checkpoint is answered by the next iteration, which makes one.
                isLast = cancellationToken.IsCancellationRequested;
                if (isLast || IsDue(options.Run.CheckpointEvery, done))
                    Save(method, state);
            }
            catch (IOException failure)
            {
                throw new TrainingFailedException(done, batch.Cases, $"{failure.Message} Make room, then go on with --resume.", failure);
            }
            catch (Exception failure) when (DeviceOutOfMemoryException.IsMeantBy(failure))
            {
                throw new TrainingFailedException(done, batch.Cases, "memory ran out; crops.sizes, crops.labelled and crops.unlabelled decide how much is needed.", failure);
            }

            if (isLast)
                break;
            asked = clock.GetTimestamp();
        }

        return done;
    }

    private StepLosses Step(TrainingMethod method, Batch batch, int iteration)
    {
        // Dropout and noise draw from torch's generator; seeded anew each iteration it needs no place in the checkpoint.
        manual_seed(((long)options.Seed << 32) + iteration);
        method.LearningRate = options.Optimizer.LearningRateAt(method.ScheduleIteration(iteration));
        var losses = method.Step(batch, iteration);
        return losses.AreFinite ? losses : throw new TrainingFailedException(
            iteration + 1, batch.Cases, $"the loss is no longer finite ({losses}); lower optimizer.learningRate, or look at these scans.");
    }

    private double Validate(ScanDataset dataset, TrainingMethod method, MetricsLog log, CheckpointMetadata state)
    {
        var predictions = dataset.Validation.Select(scan => ScanPrediction.Of(method.Network, scan, method.Precision)).ToList();
        var dice = predictions.Average(prediction => prediction.Dice);
        log.WritePicture(state.Iterations, predictions[0]);
        if (dice > (run.Best()?.ValidationDice ?? 0))
            Checkpoint.SaveNetwork(run.BestCheckpoint, method, state with { ValidationDice = dice });
        return dice;
    }

    private void Save(TrainingMethod method, CheckpointMetadata state)
    {
        Checkpoint.Save(run.CheckpointAt(state.Iterations), method, state);
        run.PruneCheckpoints(options.Run.KeepCheckpoints);
    }

    private bool IsDue(int every, int done) => done % every == 0 || done == options.Iterations;
}
