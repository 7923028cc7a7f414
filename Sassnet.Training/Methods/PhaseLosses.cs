using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>What a phase of a step makes of one micro-batch; every value is a tensor of one number, so that a GPU need not be waited for.</summary>
/// <param name="Total">What is to be minimised, with its graph.</param>
/// <param name="Parts">The losses it is made of, by name.</param>
public sealed record PhaseLosses(Tensor Total, params IReadOnlyList<(string Name, Tensor Value)> Parts)
{
    /// <summary>Of several structures what each has of the parts that are means over them, by the part's name and the label's value, such as <c>lossDice.1</c>; empty of one.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> OfStructures { get; init; } = [];

    /// <summary>These losses and another one.</summary>
    /// <param name="weight">By which it is added to the total.</param>
    /// <param name="part">It, by its name.</param>
    public PhaseLosses Plus(double weight, (string Name, Tensor Value) part) => new(Total + (weight * part.Value), [.. Parts, part]) { OfStructures = OfStructures };
}
