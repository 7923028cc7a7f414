using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>The strong changes of <c>w2s</c>: contrast, then a cuboid of the next crop in the place of one's own (CutMix, Yun et al., ICCV 2019), then noise.</summary>
/// <param name="options">Their ranges.</param>
/// <param name="seed">The run's seed.</param>
public sealed class StrongChanges(WeakToStrongOptions options, int seed)
{
    private readonly SeededRandom _random = new(seed);

    /// <summary>Changes crops; what is known of their voxels goes where the voxels go.</summary>
    /// <param name="images">(U, 1, X, Y, Z).</param>
    /// <param name="target">The labels, (U, structures, X, Y, Z).</param>
    /// <param name="sure">Where they count, of the labels' shape.</param>
    /// <param name="iteration">Counted from 0.</param>
    /// <param name="number">The micro-batch's number within the step.</param>
    public (Tensor Images, Tensor Target, Tensor Sure) Apply(Tensor images, Tensor target, Tensor sure, int iteration, int number)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(sure);
        using var scope = NewDisposeScope();
        var random = _random.For("strong", iteration, number);
        var changed = WithContrast(images.to(ScalarType.Float32), random);
        if (options.CutMixShare > 0)
        {
            var inside = Cuboid.Draw(images.shape.AsSpan(2), options.CutMixShare, random, images.device);
            (changed, target, sure) = (Mixed(changed, inside), Mixed(target, inside), Mixed(sure, inside));
        }
        else
        {
            (target, sure) = (target.alias(), sure.alias());
        }

        changed = (changed + (randn_like(changed) * options.Noise)).to(images.dtype);
        return (changed.MoveToOuterDisposeScope(), target.MoveToOuterDisposeScope(), sure.MoveToOuterDisposeScope());
    }

    // About the mean of each crop.
    private Tensor WithContrast(Tensor images, Random random)
    {
        var factors = Enumerable.Range(0, (int)images.shape[0]).Select(_ => (float)Chance.Factor(options.Contrast, random)).ToArray();
        var mean = images.mean([1, 2, 3, 4], keepdim: true);
        return mean + ((images - mean) * tensor(factors, [factors.Length, 1, 1, 1, 1], device: images.device));
    }

    // The one after the last is the first.
    private static Tensor Mixed(Tensor crops, Tensor inside) => Mixture.Of(cat([crops[1..], crops[..1]]), crops, inside);
}
