using Sassnet.Model.Networks;
using Sassnet.Tests;
using Xunit;
using static TorchSharp.torch;

namespace Sassnet.Training.Tests.Importing;

/// <summary>The checkpoints of <c>checkpoints.py</c>: three that lie beside it, and the rule that their weights follow.</summary>
internal static class Checkpoints
{
    public const string Parallel = "parallel.pth";
    public const string Older = "older.pth";
    public const string TwoStructures = "structures.pth";

    public static string Folder => Path.Combine(RepositoryFiles.Root, "tests", "Sassnet.Training.Tests", "Importing");

    public static string WeightsPage => Path.Combine(RepositoryFiles.Root, "docs", "weights.md");

    /// <summary>Sees that a network has the weights that the script gave its own.</summary>
    public static void RequireRule(VNet network)
    {
        using var scope = NewDisposeScope();
        var state = network.state_dict().OrderBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        for (var k = 0; k < state.Count; k++)
        {
            var (name, tensor) = (state[k].Key, state[k].Value);
            if (!tensor.is_floating_point())
                continue;
            var more = name.EndsWith("running_var", StringComparison.Ordinal) ? 1 : 0;
            var expected = Enumerable.Range(0, (int)tensor.numel()).Select(i => (((7919L * i) + (104729L * k)) % 2048 / 1024f) - 1 + more);
            Assert.Equal(expected, tensor.cpu().contiguous().data<float>().ToArray());
        }
    }
}
