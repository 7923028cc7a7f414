using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Methods;
using Sassnet.Training.Runs;
using static TorchSharp.torch;

namespace Sassnet.Training;

/// <summary>The training loop.</summary>
public sealed class Trainer(TrainingOptions options, RunFolder run, TimeProvider clock, TextWriter console)
{
    /// <summary>Trains up to the configured number of iterations, from the newest checkpoint if there is one.</summary>
    /// <param name="dataset">The prepared scans.</param>
    /// <param name="method">Freshly built networks; trained in place.</param>
    /// <param name="cancellationToken">Asks for a checkpoint and a clean end after the current iteration.</param>
    /// <returns>How many iterations are done in all.</returns>
    /// <exception cref="DivergedException">A loss became NaN or infinite; the last checkpoint stays as it was.</exception>
    public async Task<int> Run(LeftAtriumDataset dataset, SassnetMethod method, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(method);
        var done = run.LatestCheckpoint() is { } checkpoint ? Checkpoint.Restore(checkpoint, method) : 0;
        using var metrics = new MetricsLog(run, done, clock);
        var progress = new Progress(console, clock, done, options.Iterations);
        var (waited, asked) = (TimeSpan.Zero, clock.GetTimestamp());
        await foreach (var batch in new BatchLoader(dataset, options).Load(done, options.Iterations, CancellationToken.None))
        {
            waited += clock.GetElapsedTime(asked);
            manual_seed(SeedOf(done));
            method.LearningRate = options.Optimizer.LearningRateAt(done);
            var losses = method.Step(batch, done);
            done++;
            if (!double.IsFinite(losses.Total + losses.Discriminator))
                throw new DivergedException(done, losses);

            metrics.Write(done, losses, method.LearningRate);
            if (done % options.Run.LogEvery == 0 || done == options.Iterations)
                progress.Report(done, losses, waited);
            if (done % options.Run.CheckpointEvery == 0 || done == options.Iterations || cancellationToken.IsCancellationRequested)
                Save(method, metrics, done);
            if (cancellationToken.IsCancellationRequested)
                break;
            asked = clock.GetTimestamp();
        }

        return done;
    }

    private void Save(SassnetMethod method, MetricsLog metrics, int done)
    {
        metrics.Flush();
        Checkpoint.Save(run.CheckpointAt(done), method, done);
        run.PruneCheckpoints(options.Run.KeepCheckpoints);
    }

    // Dropout draws from torch's generator; seeded anew each iteration it needs no place in the checkpoint.
    private long SeedOf(int iteration) => ((long)options.Seed << 32) + iteration;
}
