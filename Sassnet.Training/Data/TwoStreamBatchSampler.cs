namespace Sassnet.Training.Data;

/// <summary>
/// Which scans go into which micro-batch: two streams, labelled and unlabelled, each a fresh shuffle of its scans per epoch. A pure function of
/// seed and number, so that a resumed run draws what an uninterrupted one would have drawn, and every process of a run its own part of both streams.
/// </summary>
public sealed class TwoStreamBatchSampler
{
    private readonly SeededRandom _random;
    private readonly (int Scans, int PerBatch) _labelled;
    private readonly (int Scans, int PerBatch) _unlabelled;

    /// <summary>Makes a sampler.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="labelled">How many labelled scans there are, and how many of them a batch holds.</param>
    /// <param name="unlabelled">The same for unlabelled scans, of which there may be none where a batch holds none.</param>
    public TwoStreamBatchSampler(int seed, (int Scans, int PerBatch) labelled, (int Scans, int PerBatch) unlabelled)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labelled.Scans, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(unlabelled.Scans, Math.Min(unlabelled.PerBatch, 1));
        _random = new SeededRandom(seed);
        _labelled = labelled;
        _unlabelled = unlabelled;
    }

    /// <summary>The indices of a micro-batch's scans, micro-batches counted from 0 over the run.</summary>
    public (int[] Labelled, int[] Unlabelled) Draw(int number) => (Draw(_labelled, number, 0), Draw(_unlabelled, number, 1));

    private int[] Draw((int Scans, int PerBatch) stream, int number, int streamNumber)
    {
        var drawn = new int[stream.PerBatch];
        for (var i = 0; i < drawn.Length; i++)
        {
            var (epoch, position) = Math.DivRem(((long)number * stream.PerBatch) + i, stream.Scans);
            var order = Enumerable.Range(0, stream.Scans).ToArray();
            _random.For("epoch", (int)epoch, streamNumber).Shuffle(order);
            drawn[i] = order[position];
        }

        return drawn;
    }
}
