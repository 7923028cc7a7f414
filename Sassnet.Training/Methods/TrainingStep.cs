using Sassnet.Training.Data;
using Sassnet.Training.Distributed;
using Sassnet.Training.Seeds;
using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>
/// One step of training, as a sequence of phases (of SASSNet the generator's, then the discriminator's). A phase goes over all micro-batches of the step,
/// in all processes, before it changes a weight; its gradients and losses are the mean over them.
/// </summary>
/// <param name="iteration">Counted from 0.</param>
/// <param name="share">Which of the step's micro-batches are this process's.</param>
/// <param name="microBatches">Those.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="networks">All networks of the method.</param>
public sealed class TrainingStep(int iteration, Share share, IReadOnlyList<CropTensors> microBatches, int seed, IReadOnlyCollection<nn.Module> networks)
{
    private const int MostPhases = 8;
    private int _phase;

    /// <summary>Counted from 0; sets the weights that warm up.</summary>
    public int Iteration { get; } = iteration;

    /// <summary>A phase, and the only way in which an optimizer changes its weights: down the mean gradient of a loss.</summary>
    /// <param name="optimizer">Whose weights.</param>
    /// <param name="losses">The losses of one micro-batch, which it gets with its number within the step; what is random draws from torch's generator of the crops' device.</param>
    /// <returns>The losses before the update.</returns>
    public StepLosses Optimise(optim.Optimizer optimizer, Func<CropTensors, int, PhaseLosses> losses)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(losses);
        using var scope = NewDisposeScope();
        var phase = _phase++;
        var statistics = share.MicroBatches > 1 ? new RunningStatistics(networks) : null;
        IReadOnlyList<string> names = [], ofStructures = [];
        Tensor? figures = null;
        optimizer.zero_grad();
        for (var own = 0; own < share.Count; own++)
        {
            using var inner = NewDisposeScope();
            var number = share.First + own;

            // Seeded for each, dropout and noise need no place in a checkpoint, and are the same in whichever process they are drawn.
            Seed(SeedOf(phase, number), microBatches[own]);
            statistics?.Reset();
            var result = losses(microBatches[own], number);
            Descend(result.Total);
            statistics?.Add();
            names = [.. result.Parts.Select(part => part.Name)];
            ofStructures = [.. result.OfStructures.Select(part => part.Name)];

            // Whether a loss has no axis or one of length 1 is not the same on every device.
            var values = cat([result.Total.detach().reshape(1), .. result.Parts.Concat(result.OfStructures).Select(part => part.Value.detach().reshape(1))]);
            figures = (figures is null ? values : figures + values).MoveToOuterDisposeScope();
        }

        Exchange(optimizer, statistics, figures!);
        optimizer.step();
        var means = figures!.cpu().data<float>().Select(sum => (double)sum / share.MicroBatches).ToList();
        return new StepLosses(means[0], [.. names.Zip(means.Skip(1))]) { OfStructures = [.. ofStructures.Zip(means.Skip(1 + names.Count))] };
    }

    // manual_seed reaches the processor's generator alone, and that takes the lower 32 bits of it and no others: mixed, those go by the run's seed too.
    // What is drawn on a GPU comes from that GPU's, which takes them all.
    private static void Seed(long seed, CropTensors crops)
    {
        manual_seed((long)SplitMix64.Mix((ulong)seed));
        if (crops.Images.is_cuda)
            cuda.manual_seed_all(seed);
    }

    private void Descend(Tensor loss) => (share.MicroBatches > 1 ? loss / share.MicroBatches : loss).backward();

    private void Exchange(optim.Optimizer optimizer, RunningStatistics? statistics, Tensor figures)
    {
        if (statistics is null)
            return;
        using var gradients = no_grad();
        share.World.Sum([.. optimizer.parameters().Select(parameter => parameter.grad).OfType<Tensor>(), .. statistics.Changes, figures]);
        statistics.Average(share.MicroBatches);
    }

    // What a run of one process and one micro-batch drew in its first phase before there were others.
    private long SeedOf(int phase, int number)
    {
        var part = (ulong)((number * MostPhases) + phase);
        var first = ((long)seed << 32) + Iteration;
        return part == 0 ? first : first ^ (long)SplitMix64.Mix(part);
    }
}
