using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace Sassnet.Training.Data;

/// <summary>Makes batches ahead of the training step and beside it, and gives them out in order: of every step the micro-batches of one process.</summary>
public sealed class BatchLoader
{
    private const int Ahead = 4;

    private readonly ScanDataset _dataset;
    private readonly GridSize[] _sizes;
    private readonly SeededRandom _random;
    private readonly TwoStreamBatchSampler _sampler;
    private readonly CropAugmentation _augmentation;
    private readonly Share _share;
    private readonly int _labelled;
    private readonly int _structures;
    private readonly double _foreground;
    private readonly StructurePoints[] _points;

    /// <summary>Makes a loader for a run.</summary>
    /// <param name="dataset">The scans.</param>
    /// <param name="options">The run's configuration.</param>
    /// <param name="share">Which of a step's micro-batches to make.</param>
    public BatchLoader(ScanDataset dataset, TrainingOptions options, Share share)
    {
        _dataset = dataset;
        _share = share;
        _labelled = options.Crops.Labelled;
        _structures = options.Structures.Count;
        _sizes = [.. options.Crops.Sizes.Select(size => new GridSize(size[0], size[1], size[2]))];
        _random = new SeededRandom(options.Seed);
        var unlabelled = options.Method.UsesUnlabelled() ? options.Crops.Unlabelled : 0;
        _sampler = new TwoStreamBatchSampler(options.Seed, (dataset.Labelled.Count, options.Crops.Labelled), (dataset.Unlabelled.Count, unlabelled));
        _foreground = options.Crops.Foreground;
        _points = _foreground > 0 ? [.. dataset.Labelled.Select((scan, index) => new StructurePoints(scan, _random.For("points", index)))] : [];
        _augmentation = new CropAugmentation(options.Augmentation, options.Preprocessing.Normalisation);
    }

    /// <summary>The micro-batches of the iterations from <paramref name="first"/> up to, not including, <paramref name="end"/>, each iteration's together.</summary>
    /// <param name="first">The first iteration.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="precision">The data type of activations.</param>
    /// <param name="device">Where the steps run: on a GPU, the batches are copied there ahead of them.</param>
    /// <param name="threads">How many batches are made at once, at most as many as are kept ahead; see <see cref="ThreadsBeside"/>.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    public async IAsyncEnumerable<IReadOnlyList<Batch>> Load(
        int first, int end, ScalarType precision, Device device, int threads, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var channel = Channel.CreateBounded<Task<Batch>>(Math.Max(Ahead, _share.Count));
        var filling = Task.Run(() => Fill(channel.Writer, Numbers(first, end), number => Make(number).CopiedAhead(precision, device), threads, stop.Token), CancellationToken.None);
        List<Batch> step = [];
        try
        {
            await foreach (var making in channel.Reader.ReadAllAsync(cancellationToken))
            {
                step.Add(await making);
                if (step.Count < _share.Count)
                    continue;
                var whole = step;
                step = [];
                yield return whole;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await filling;
            step.ForEach(batch => batch.Ahead?.Dispose());
            while (channel.Reader.TryRead(out var unread))
            {
                if (unread.IsCompletedSuccessfully)
                    (await unread).Ahead?.Dispose();
            }
        }
    }

    /// <summary>How many batches to make at once beside the steps: a step on the processor needs all threads itself, one on a GPU leaves all but its own.</summary>
    /// <param name="device">Where the steps run.</param>
    /// <param name="processors">How many processors the process has.</param>
    public static int ThreadsBeside(Device device, int processors)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.type == DeviceType.CPU ? 1 : Math.Clamp(processors - 1, 1, Ahead);
    }

    /// <summary>One micro-batch: the same whenever, and in whichever process, it is asked for. All of one step have one size.</summary>
    /// <param name="number">Counted from 0 over the run: a step of M micro-batches has those from M times its iteration on.</param>
    public Batch Make(int number)
    {
        var size = _sizes[_random.For("size", number / _share.MicroBatches).Next(_sizes.Length)];
        var scans = Scans(number);
        var crops = scans.Select((scan, slot) => _augmentation.Draw(scan, size, _random.For("crop", number, slot), Held(number, slot))).ToArray();
        var masks = crops.Take(_labelled).Select(crop => Masks(crop.Mask!)).ToArray();
        return new Batch(
            size,
            [.. scans.Select(scan => scan.Name)],
            [.. crops.Select(crop => crop.Image)],
            [.. masks.Select(crop => Joined(Array.ConvertAll(crop, mask => Array.ConvertAll(mask, label => (float)label))))],
            [.. masks.Select(crop => Joined(Array.ConvertAll(crop, mask => SignedDistanceMap.Normalised(mask, size, maxDegreeOfParallelism: 1))))]);

        byte[][] Masks(byte[] numbered) =>
            [.. Enumerable.Range(1, _structures).Select(number => Array.ConvertAll(numbered, seen => seen == number ? (byte)1 : (byte)0))];

        // Of one structure its own array, which is not copied.
        static float[] Joined(IReadOnlyList<float[]> ofStructures) => ofStructures is [var only] ? only : [.. ofStructures.SelectMany(map => map)];
    }

    /// <summary>The names of the scans of one step, those of other processes too.</summary>
    public IEnumerable<string> Cases(int iteration) =>
        Enumerable.Range(iteration * _share.MicroBatches, _share.MicroBatches).SelectMany(Scans).Select(scan => scan.Name);

    // By a generator of its own: a share of 0 leaves all crops as they are, and any other those that need not hold a voxel.
    private StructureVoxel? Held(int number, int slot)
    {
        if (_foreground == 0 || slot >= _labelled)
            return null;
        var random = _random.For("foreground", number, slot);
        return random.NextDouble() < _foreground ? _points[_sampler.Draw(number).Labelled[slot]].Draw(random) : null;
    }

    private TrainingScan[] Scans(int number)
    {
        var (labelled, unlabelled) = _sampler.Draw(number);
        return [.. labelled.Select(i => _dataset.Labelled[i]), .. unlabelled.Select(i => _dataset.Unlabelled[i])];
    }

    private IEnumerable<int> Numbers(int first, int end) =>
        Enumerable.Range(first, end - first).SelectMany(iteration => Enumerable.Range((iteration * _share.MicroBatches) + _share.First, _share.Count));

    // What goes wrong with a batch is thrown where that is read.
    private static async Task Fill(ChannelWriter<Task<Batch>> writer, IEnumerable<int> numbers, Func<int, Batch> make, int threads, CancellationToken cancellationToken)
    {
        var making = new Queue<Task>();
        try
        {
            foreach (var number in numbers)
            {
                // Room first: a batch in hand when the run stops would have nobody to free it.
                await writer.WaitToWriteAsync(cancellationToken);
                if (making.Count == threads)
                    await End(making.Dequeue());
                var batch = Task.Run(() => make(number), CancellationToken.None);
                making.Enqueue(batch);
                writer.TryWrite(batch);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has all it wants.
        }

        foreach (var batch in making)
            await End(batch);
        writer.Complete();

        static ConfiguredTaskAwaitable End(Task batch) => batch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
