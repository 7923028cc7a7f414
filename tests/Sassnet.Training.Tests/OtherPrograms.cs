namespace Sassnet.Training.Tests;

/// <summary>
/// The tests of which other programs do all of the work, while the tests wait: they run one after the other, beside those that compute in this process. They have
/// no tensors here, and draw nothing from its generator.
/// </summary>
internal static class OtherPrograms
{
    /// <summary>The name of their collection.</summary>
    public const string Name = "other programs";
}
