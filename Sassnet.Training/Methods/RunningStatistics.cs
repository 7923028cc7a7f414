using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>
/// BatchNorm's running statistics over a phase of several micro-batches (decision 7): each begins with those of the phase's start, and the phase ends
/// with the mean of what they left. So they are the same in every process, and the same however many processes share the micro-batches.
/// </summary>
internal sealed class RunningStatistics
{
    private readonly List<(Tensor Own, Tensor Start, Tensor Change)> _averaged;
    private readonly List<(Tensor Own, Tensor Start)> _counts;

    /// <summary>Remembers the statistics of networks; to be used within one dispose scope.</summary>
    public RunningStatistics(IEnumerable<nn.Module> networks)
    {
        var buffers = networks.SelectMany(network => network.buffers()).ToLookup(buffer => buffer.is_floating_point());
        _averaged = [.. buffers[true].Select(buffer => (buffer, buffer.clone(), zeros_like(buffer)))];
        _counts = [.. buffers[false].Select(buffer => (buffer, buffer.clone()))];
    }

    /// <summary>How far the micro-batches of this process have moved each statistic, all together.</summary>
    public IEnumerable<Tensor> Changes => _averaged.Select(statistic => statistic.Change);

    /// <summary>Before a micro-batch: puts the start's statistics back.</summary>
    public void Reset()
    {
        foreach (var (own, start, _) in _averaged)
            own.copy_(start);
        foreach (var (own, start) in _counts)
            own.copy_(start);
    }

    /// <summary>After a micro-batch: counts what it has moved.</summary>
    public void Add()
    {
        foreach (var (own, start, change) in _averaged)
            change.add_(own - start);
    }

    /// <summary>After all micro-batches of all processes: takes the mean. Of the batches, a phase counts those of one micro-batch.</summary>
    public void Average(int microBatches)
    {
        foreach (var (own, start, change) in _averaged)
            own.copy_(start + (change / microBatches));
    }
}
