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
        var asked = clock.GetTimestamp();
        await foreach (var batch in new BatchLoader(dataset, options).Load(done, options.Iterations, CancellationToken.None))
        {
            var waited = clock.GetElapsedTime(asked);
            try
            {
                var losses = Step(method, batch, done++);
                List<(string, double)> figures = [("loss", losses.Total), .. losses.Parts, ("learningRate", method.LearningRate)];
                telemetry.Record(clock.GetElapsedTime(asked) - waited, waited, figures);
                if (dataset.Validation.Count > 0 && IsDue(options.Run.ValidateEvery, done))
                    figures.Add(("validationDice", Validate(dataset, method, log, done)));
                log.Write(done, figures);
                progress.Report(done, figures, waited, IsDue(options.Run.LogEvery, done));
                if (IsDue(options.Run.CheckpointEvery, done) || cancellationToken.IsCancellationRequested)
                    Save(method, done);
            }
            catch (IOException failure)
            {
                throw new TrainingFailedException(done, batch.Cases, $"{failure.Message} Make room, then go on with --resume.", failure);
            }
            catch (Exception failure) when (DeviceOutOfMemoryException.IsMeantBy(failure))
            {
                throw new TrainingFailedException(done, batch.Cases, "memory ran out; crops.sizes, crops.labelled and crops.unlabelled decide how much is needed.", failure);
            }

            if (cancellationToken.IsCancellationRequested)
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

    private double Validate(ScanDataset dataset, TrainingMethod method, MetricsLog log, int done)
    {
        var predictions = dataset.Validation.Select(scan => ScanPrediction.Of(method.Network, scan, method.Precision)).ToList();
        var dice = predictions.Average(prediction => prediction.Dice);
        log.WritePicture(done, predictions[0]);
        if (dice > Checkpoint.ValidationDice(run.BestCheckpoint))
            Checkpoint.Save(run.BestCheckpoint, method, done, dice);
        return dice;
    }

    private void Save(TrainingMethod method, int done)
    {
        Checkpoint.Save(run.CheckpointAt(done), method, done);
        run.PruneCheckpoints(options.Run.KeepCheckpoints);
    }

    private bool IsDue(int every, int done) => done % every == 0 || done == options.Iterations;
}
