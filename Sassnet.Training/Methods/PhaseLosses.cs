using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>What a phase of a step makes of one micro-batch; every value is a tensor of one number, so that a GPU need not be waited for.</summary>
/// <param name="Total">What is to be minimised, with its graph.</param>
/// <param name="Parts">The losses it is made of, by name.</param>
public sealed record PhaseLosses(Tensor Total, params IReadOnlyList<(string Name, Tensor Value)> Parts);
