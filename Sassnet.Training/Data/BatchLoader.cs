using System.Threading.Channels;
using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using static TorchSharp.torch;

namespace Sassnet.Training.Data;

/// <summary>Makes batches ahead of the training step, in order, on a thread of its own.</summary>
public sealed class BatchLoader
{
    private const int Ahead = 4;

    private readonly ScanDataset _dataset;
    private readonly GridSize[] _sizes;
    private readonly SeededRandom _random;
    private readonly TwoStreamBatchSampler _sampler;
    private readonly CropAugmentation _augmentation;

    /// <summary>Makes a loader for a run.</summary>
    public BatchLoader(ScanDataset dataset, TrainingOptions options)
    {
        _dataset = dataset;
        _sizes = [.. options.Crops.Sizes.Select(size => new GridSize(size[0], size[1], size[2]))];
        _random = new SeededRandom(options.Seed);
        var unlabelled = options.Method.UsesUnlabelled() ? options.Crops.Unlabelled : 0;
        _sampler = new TwoStreamBatchSampler(options.Seed, (dataset.Labelled.Count, options.Crops.Labelled), (dataset.Unlabelled.Count, unlabelled));
        _augmentation = new CropAugmentation(options.Augmentation, options.Preprocessing.Normalisation);
    }

    /// <summary>The batches of the iterations from <paramref name="first"/> up to, not including, <paramref name="end"/>.</summary>
    /// <param name="first">The first iteration.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="precision">The data type of activations.</param>
    /// <param name="device">Where the steps run: on a GPU, the batches are copied there ahead of them.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    public async IAsyncEnumerable<Batch> Load(
        int first, int end, ScalarType precision, Device device, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var channel = Channel.CreateBounded<Batch>(Ahead);
        var maker = Task.Run(() => Fill(channel.Writer, first, end, iteration => Make(iteration).CopiedAhead(precision, device), stop.Token), CancellationToken.None);
        try
        {
            await foreach (var batch in channel.Reader.ReadAllAsync(cancellationToken))
                yield return batch;
        }
        finally
        {
            await stop.CancelAsync();
            await maker;
            while (channel.Reader.TryRead(out var unread))
                unread.Ahead?.Dispose();
        }
    }

    /// <summary>The batch of one iteration: the same whenever it is asked for.</summary>
    public Batch Make(int iteration)
    {
        var size = _sizes[_random.For("size", iteration).Next(_sizes.Length)];
        var (labelled, unlabelled) = _sampler.Draw(iteration);
        TrainingScan[] scans = [.. labelled.Select(i => _dataset.Labelled[i]), .. unlabelled.Select(i => _dataset.Unlabelled[i])];
        var crops = scans.Select((scan, slot) => _augmentation.Draw(scan, size, _random.For("crop", iteration, slot))).ToArray();
        var masks = crops.Take(labelled.Length).Select(crop => crop.Mask!).ToArray();
        return new Batch(
            size,
            [.. scans.Select(scan => scan.Name)],
            [.. crops.Select(crop => crop.Image)],
            [.. masks.Select(mask => Array.ConvertAll(mask, label => (float)label))],
            [.. masks.Select(mask => SignedDistanceMap.Normalised(mask, size, maxDegreeOfParallelism: 1))]);
    }

    private static async Task Fill(ChannelWriter<Batch> writer, int first, int end, Func<int, Batch> make, CancellationToken cancellationToken)
    {
        try
        {
            for (var iteration = first; iteration < end; iteration++)
            {
                // Room first: a batch in hand when the run stops would have nobody to free it.
                await writer.WaitToWriteAsync(cancellationToken);
                writer.TryWrite(make(iteration));
            }

            writer.Complete();
        }
        catch (OperationCanceledException)
        {
            writer.TryComplete();
        }
#pragma warning disable CA1031 // Whatever went wrong is thrown again where the batches are read.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            writer.TryComplete(failure);
        }
    }
}
