using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sassnet.Model.Networks;

/// <summary>
/// The discriminator of SASSNet (arXiv 2007.10732, section 2.3): from a signed distance map and the image it belongs to, it tells whether the
/// image was labelled. Parameter names are those of the published checkpoints.
/// </summary>
public sealed class Discriminator : nn.Module<Tensor, Tensor, Tensor>
{
    /// <summary>The class index that means "labelled" in the logits.</summary>
    public const long LabelledClass = 1;

    private const double NegativeSlope = 0.2;

    [ComponentName(Name = "conv0")]
    private readonly Conv3d _sdmConvolution;
    [ComponentName(Name = "conv1")]
    private readonly Conv3d _imageConvolution;
    [ComponentName(Name = "conv2")]
    private readonly Conv3d _conv2;
    [ComponentName(Name = "conv3")]
    private readonly Conv3d _conv3;
    [ComponentName(Name = "conv4")]
    private readonly Conv3d _conv4;
    [ComponentName(Name = "classifier")]
    private readonly Linear _classifier;
    private readonly double _dropout;

    /// <summary>Builds a discriminator with randomly initialised weights.</summary>
    /// <param name="filters">Channels of the first level, at least <see cref="VNet.MinFilters"/>; the published one has 64.</param>
    /// <param name="dropout">Probability of dropping a whole channel after each of the first three levels, while training; 0 ≤ p &lt; 1.</param>
    /// <param name="classes">Structures, each with a distance map.</param>
    public Discriminator(int filters = 64, double dropout = 0.5, int classes = 1)
        : base(nameof(Discriminator))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(filters, VNet.MinFilters);
        ArgumentOutOfRangeException.ThrowIfNegative(dropout);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(dropout, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        _dropout = dropout;
        _sdmConvolution = Halving(classes, filters);
        _imageConvolution = Halving(1, filters);
        _conv2 = Halving(filters, filters * 2);
        _conv3 = Halving(filters * 2, filters * 4);
        _conv4 = Halving(filters * 4, filters * 8);
        _classifier = nn.Linear(filters * 8, 2);
        RegisterComponents();
    }

    /// <summary>Classifies each pair of map and image. What is left after four halvings is averaged, so any size of at least 16 per axis fits.</summary>
    /// <param name="sdm">Signed distance maps, (N, classes, X, Y, Z).</param>
    /// <param name="image">The normalised images, (N, 1, X, Y, Z), in the same data type.</param>
    /// <returns>Logits (N, 2), float32: unlabelled, labelled.</returns>
    public override Tensor forward(Tensor sdm, Tensor image)
    {
        using var scope = NewDisposeScope();
        var x = MixedPrecision.ApplySum(_sdmConvolution, sdm, _imageConvolution, image);
        x = Drop(Activate(x));
        x = Drop(Activate(MixedPrecision.Apply(_conv2, x)));
        x = Drop(Activate(MixedPrecision.Apply(_conv3, x)));
        x = Activate(MixedPrecision.Apply(_conv4, x));
        var pooled = x.to(ScalarType.Float32).mean([2, 3, 4]);
        return _classifier.forward(pooled).MoveToOuterDisposeScope();
    }

    private static Conv3d Halving(long inputs, long outputs) => nn.Conv3d(inputs, outputs, 4, stride: 2, padding: 1);

    private static Tensor Activate(Tensor x) => nn.functional.leaky_relu(x, NegativeSlope, inplace: true);

    private Tensor Drop(Tensor x) => training && _dropout > 0 ? nn.functional.dropout3d(x, _dropout, training: true) : x;
}
