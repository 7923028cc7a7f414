namespace Sassnet.Training.Tests;

/// <summary>
/// The tests of which other programs do all of the work, while the tests wait. Those of a collection run one after the other, beside those that compute in this
/// process: they have no tensors here, and draw nothing from its generator.
/// </summary>
internal static class OtherPrograms
{
    /// <summary>Of the command line as a process of its own.</summary>
    public const string Commands = "commands";

    /// <summary>Of clusters and what submits to them.</summary>
    public const string Clusters = "clusters";
}
