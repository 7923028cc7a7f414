using TorchSharp;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference.Folding;

/// <summary>
/// Feature maps of one level of a network, (N, C, X, Y, Z), made some planes along X at a time, in order and each once, so that those that are used up need not be
/// held. Everything that a stream is made of must be asked through it alone.
/// </summary>
/// <param name="planes">How many planes there are of the whole grid.</param>
/// <param name="make">Makes the planes from one to before another.</param>
internal sealed class PlaneStream(int planes, Func<int, int, Tensor> make)
{
    /// <summary>How many planes there are of the whole grid.</summary>
    public int Planes => planes;

    /// <summary>How many of them are made.</summary>
    public int Made { get; private set; }

    /// <summary>What is there already; the planes are parts of it, and what frees them leaves it.</summary>
    public static PlaneStream Of(Tensor whole) => new((int)whole.shape[2], (start, end) => whole.narrow(2, start, end - start));

    /// <summary>The planes from <see cref="Made"/> to before another; at least one. Who asks frees them.</summary>
    public Tensor Next(int end)
    {
        var next = make(Made, end);
        Made = end;
        return next;
    }

    /// <summary>What a stage of convolutions that keep the grid makes of these.</summary>
    /// <param name="stage">The convolutions, 3×3×3.</param>
    /// <param name="pass">Frees in the end what the stage still holds.</param>
    public PlaneStream Same(IEnumerable<FoldedConvolution> stage, DisposeScope pass) =>
        stage.Aggregate(this, (source, convolution) => new PlaneStream(planes, new SlidingConvolution(source, convolution, pass).Make));

    /// <summary>The next level's input.</summary>
    public PlaneStream Down(FoldedConvolution convolution) => new(planes / 2, (_, end) => convolution.ConsumePlanes(Next(2 * end)));

    /// <summary>What the level above is given of these; it has to be asked for an even number of planes.</summary>
    public PlaneStream Up(FoldedConvolution convolution) => new(2 * planes, (_, end) => convolution.ConsumePlanes(Next(end / 2)));

    /// <summary>The sums with what a skip connection brings.</summary>
    public PlaneStream Plus(PlaneStream skip) => new(planes, (_, end) =>
    {
        var sum = Next(end);
        using var other = skip.Next(end);
        return sum.add_(other);
    });
}
