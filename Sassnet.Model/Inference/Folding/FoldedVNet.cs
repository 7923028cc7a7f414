using Sassnet.Model.Networks;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Folding;

/// <summary>
/// The V-Net as inference runs it: every BatchNorm folded into its convolution, weights cast and laid out channels-last once, ReLU and skip
/// additions in place, both heads as one convolution, and every activation freed after its last use. Not thread-safe.
/// </summary>
public sealed class FoldedVNet : IDisposable
{
    /// <summary>
    /// Channels of an input: the image and one of zeros. oneDNN has no fast kernel for a single channel; with two, the first convolution takes
    /// half the time in bfloat16.
    /// </summary>
    public const int InputChannels = 2;

    /// <summary>
    /// How many planes along X a slab has at least and a multiple of, and how many voxels it aims at: the fewer voxels, the less memory; the fewer planes, the larger
    /// the share of those that are copied from one slab to the next. With eight, what a slab and its convolutions need of the levels below are whole planes.
    /// </summary>
    public const int LeastPlanes = 8;

    /// <inheritdoc cref="LeastPlanes"/>
    public const int SlabVoxels = 1 << 18;

    /// <summary>The channel of an output that holds (Sdm + 1) / 2 of the first structure; those of the others follow.</summary>
    public const int SdmChannel = 0;

    private readonly FoldedStages _stages;
    private readonly int _filters;

    /// <summary>Folds a network; the network is not changed and not kept.</summary>
    /// <param name="network">The trained network; its running statistics are used whatever mode it is in.</param>
    /// <param name="type">Float32, BFloat16 or Float16 (on CUDA).</param>
    /// <param name="device">The device to compute on.</param>
    public FoldedVNet(VNet network, ScalarType type, Device device)
    {
        ArgumentNullException.ThrowIfNull(network);
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        DataType = type;
        Device = device;
        Classes = network.Classes;
        _filters = network.Filters;
        _stages = new FoldedStages(network, type, device);
        _stages.Keep();
    }

    /// <summary>The data type it computes in.</summary>
    public ScalarType DataType { get; }

    /// <summary>The device it computes on.</summary>
    public Device Device { get; }

    /// <summary>Structures told from the background.</summary>
    public int Classes { get; }

    /// <summary>The channel of an output that holds the probability of the first structure, behind all distance maps; those of the others follow.</summary>
    public int ProbabilityChannel => Classes;

    /// <summary>Channels of an output: both maps of each structure.</summary>
    public int OutputChannels => 2 * Classes;

    /// <summary>The planes of a slab along X of a grid whose other sides are given: a multiple of <see cref="LeastPlanes"/>.</summary>
    public static int PlanesOfSlab(long y, long z) => (int)Math.Max(LeastPlanes, SlabVoxels / (y * z) / LeastPlanes * LeastPlanes);

    /// <summary>Predicts both maps of each structure.</summary>
    /// <param name="input">
    /// Normalised images and zeros, (N, <see cref="InputChannels"/>, X, Y, Z), channels-last, each axis a multiple of
    /// <see cref="VNet.SizeMultiple"/>, in <see cref="DataType"/> on <see cref="Device"/>; see <c>NetworkInput</c>.
    /// </param>
    /// <returns>
    /// (N, <see cref="OutputChannels"/>, X, Y, Z), float32, channels-last, each value in [0, 1]: (Sdm + 1) / 2 of each structure, then the probability of
    /// each. The first are kept in this form so that all channels share every pass over memory until <c>PredictedMaps</c> takes them apart.
    /// </returns>
    public Tensor Forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        return _stages.Heads(_stages.Through(0, input.alias())).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The same values with a fraction of the memory, most of which the two finest levels take: they are computed some planes along X at a time, each plane once. On
    /// the way down the finest level's features are halved and forgotten, and on the way up its first convolution computes them again; of the second level what
    /// the way up adds is kept. The input and the output are never there whole.
    /// </summary>
    /// <param name="input">Gives the planes of an input (<see cref="Forward"/>) from one to before another, in order, all of them twice; it is freed.</param>
    /// <param name="shape">The shape of the whole input.</param>
    /// <param name="slab">How many are computed at a time: a multiple of 8, about <see cref="PlanesOfSlab"/>.</param>
    /// <param name="take">Gets the planes of the output from one on, in order; they are freed when it returns.</param>
    /// <exception cref="ArgumentException">A slab is no multiple of 8.</exception>
    public void ForwardInSlabs(Func<int, int, Tensor> input, long[] shape, int slab, Action<int, Tensor> take)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(take);
        if (slab <= 0 || slab % LeastPlanes != 0)
            throw new ArgumentException($"A slab has a multiple of {LeastPlanes} planes; got {slab}.", nameof(slab));
        using var pass = NewDisposeScope();
        using var inference = inference_mode();
        var planes = (int)shape[2];
        var (encoder, down, up, decoder) = (_stages.Encoder, _stages.Down, _stages.Up, _stages.Decoder);

        // Before all that comes and goes, so that no gaps are left between them.
        var (skip, halved) = (Held(2), Held(4));
        var second = Finest().Down(down[0]).Same(encoder[1], pass);
        for (var end = slab / 2; second.Made < second.Planes; end += slab / 2)
        {
            using var scope = NewDisposeScope();
            var features = second.Next(Math.Min(end, second.Planes));
            skip.Append(features);
            halved.Append(down[1].Apply(features));
        }

        var below = PlaneStream.Of(_stages.Through(2, halved.Whole));
        var fine = below.Up(up[1]).Plus(PlaneStream.Of(skip.Whole)).Same(decoder[1], pass).Up(up[0]).Plus(Finest()).Same(decoder[0], pass);
        for (var end = slab; fine.Made < planes; end += slab)
        {
            using var scope = NewDisposeScope();

            // As many less than whole slabs as the last convolutions see beyond: they then ask for whole planes of the levels below.
            var start = fine.Made;
            take(start, _stages.HeadsOfPlanes(fine.Next(end < planes ? end - decoder[0].Length : planes)));
        }

        PlaneStream Finest() => new PlaneStream(planes, input).Same(encoder[0], pass);

        PlaneBuffer Held(int shrink) => new(
            PlaneBuffer.Empty(shape[0], shrink * _filters, shape[2] / shrink, shape[3] / shrink, shape[4] / shrink, DataType, Device));
    }

    /// <inheritdoc/>
    public void Dispose() => _stages.Dispose();
}
