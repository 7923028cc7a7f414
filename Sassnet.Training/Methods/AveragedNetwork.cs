using Sassnet.Model.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>
/// A second network whose weights are an exponential moving average of another's; it learns no other way. Of a mean teacher (Tarvainen and Valpola,
/// NeurIPS 2017) the other is the student; of the network that is exported (Polyak and Juditsky, SIAM J. Control Optim. 1992) the segmenter.
/// </summary>
public sealed class AveragedNetwork : IDisposable
{
    private readonly VNet _source;

    /// <summary>Builds a network equal to another, on the same device. Torch's generator is where it was afterwards: what is drawn next does not depend on it.</summary>
    /// <param name="source">The network to follow.</param>
    /// <param name="dropout">The average's own probability of dropping a channel in training mode.</param>
    public AveragedNetwork(VNet source, double dropout)
    {
        ArgumentNullException.ThrowIfNull(source);
        _source = source;
        using var state = Generator.Default.get_state();
        Network = new VNet(source.Filters, dropout, classes: source.Classes).to(source.Device);
        Generator.Default.set_state(state);
        foreach (var parameter in Network.parameters())
            parameter.requires_grad = false;
        Follow(keep: 0);
        FollowStatistics(keep: 0);
    }

    /// <summary>The average; nothing of it has gradients.</summary>
    public VNet Network { get; }

    /// <summary>Moves every weight towards the source's: a ← k·a + (1 − k)·s. BatchNorm's running statistics stay as they are.</summary>
    /// <param name="keep">k, the share of itself that it keeps, in [0, 1]; 0 takes the source's weights over.</param>
    public void Follow(double keep) => Average(network => network.parameters(), keep);

    /// <summary>The same with BatchNorm's running statistics; how many batches they are of is taken over.</summary>
    /// <inheritdoc cref="Follow"/>
    public void FollowStatistics(double keep) => Average(network => network.buffers(), keep);

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();

    private void Average(Func<VNet, IEnumerable<Tensor>> part, double keep)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        foreach (var (average, value) in part(Network).Zip(part(_source)))
        {
            if (average.is_floating_point())
                average.mul_(keep).add_(value, alpha: 1 - keep);
            else
                average.copy_(value);
        }
    }
}
