using System.Globalization;
using Sassnet.Model.Packages;
using Sassnet.Training.Methods;
using static TorchSharp.torch;

namespace Sassnet.Training.Runs;

/// <summary>
/// Everything a run needs to go on as if it had not stopped: both networks, both optimizers and how many iterations are done. Crops and dropout
/// need no state: they are drawn from the seed and the iteration's number. One safetensors file, written to a temporary name and renamed.
/// </summary>
public static class Checkpoint
{
    private const string IterationKey = "iteration";

    /// <summary>Saves the state after a number of iterations.</summary>
    public static void Save(string path, SassnetMethod method, int iterations)
    {
        ArgumentNullException.ThrowIfNull(method);
        using var scope = NewDisposeScope();
        List<KeyValuePair<string, Tensor>> tensors =
        [
            .. Named(method.Network, "generator."),
            .. Named(method.Discriminator, "discriminator."),
            .. OptimizerState.Of(method.Optimizer, "sgd."),
            .. OptimizerState.Of(method.DiscriminatorOptimizer, "adam."),
        ];
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { [IterationKey] = iterations.ToString(CultureInfo.InvariantCulture) });
    }

    /// <summary>Restores a saved state into freshly built networks of the same configuration.</summary>
    /// <returns>How many iterations are done.</returns>
    /// <exception cref="InvalidPackageException">Not a checkpoint, or one of other networks.</exception>
    public static int Restore(string path, SassnetMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(path);
        NetworkWeights.Load(method.Network, file, "generator.");
        NetworkWeights.Load(method.Discriminator, file, "discriminator.");
        OptimizerState.Restore(method.Optimizer, "sgd.", Read);
        OptimizerState.Restore(method.DiscriminatorOptimizer, "adam.", Read);
        return Iterations(file);

        Tensor? Read(string name) => file.Entries.ContainsKey(name) ? file.Read(name) : null;
    }

    /// <summary>How many iterations a checkpoint's run had done.</summary>
    /// <exception cref="InvalidPackageException">Not a checkpoint.</exception>
    public static int Iterations(SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Metadata.TryGetValue(IterationKey, out var text) && int.TryParse(text, CultureInfo.InvariantCulture, out var iterations)
            ? iterations
            : throw new InvalidPackageException($"The file is not a checkpoint: its metadata lacks '{IterationKey}'.");
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Named(nn.Module module, string prefix) =>
        module.state_dict().Select(pair => KeyValuePair.Create(prefix + pair.Key, pair.Value));
}
