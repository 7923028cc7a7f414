using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Training.Methods;
using static TorchSharp.torch;

namespace Sassnet.Training.Runs;

/// <summary>
/// Everything a run needs to go on as if it had not stopped: every network of the method, every optimizer and how many iterations are done.
/// Crops, dropout and noise need no state: they are drawn from the seed and the iteration's number. One safetensors file, written to a temporary
/// name and renamed.
/// </summary>
public static class Checkpoint
{
    private const string NetworkPrefix = "generator.";
    private const string AveragePrefix = "average.";

    /// <summary>Saves everything.</summary>
    /// <param name="path">The file.</param>
    /// <param name="method">The method in training.</param>
    /// <param name="metadata">What it is.</param>
    public static void Save(string path, TrainingMethod method, CheckpointMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(metadata);
        using var scope = NewDisposeScope();
        Write(path, metadata, State(method));
    }

    /// <summary>
    /// Saves the network that gets exported and nothing else: no run goes on from such a file, and discriminator, teacher and optimizers are several
    /// times its size.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="method">The method in training.</param>
    /// <param name="metadata">What it is.</param>
    public static void SaveNetwork(string path, TrainingMethod method, CheckpointMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(metadata);
        using var scope = NewDisposeScope();
        Write(path, metadata, [.. Named(method.Exported, method.Exported == method.Network ? NetworkPrefix : AveragePrefix)]);
    }

    /// <summary>Reads the network that gets exported: the mean of the weights where the checkpoint has one, else the weights of its iteration.</summary>
    /// <param name="file">A checkpoint of either kind.</param>
    /// <param name="network">Where they go.</param>
    /// <exception cref="InvalidPackageException">Not a checkpoint, or one of another network.</exception>
    public static void LoadNetwork(SafetensorsFile file, VNet network)
    {
        ArgumentNullException.ThrowIfNull(file);
        var isAveraged = file.Entries.Keys.Any(key => key.StartsWith(AveragePrefix, StringComparison.Ordinal));
        NetworkWeights.Load(network, file, isAveraged ? AveragePrefix : NetworkPrefix);
    }

    /// <summary>Restores a saved state into a freshly built method of the same configuration, on whichever device that is: a file knows none.</summary>
    /// <returns>How many iterations are done.</returns>
    /// <exception cref="InvalidPackageException">Not a checkpoint, or one of another method or of other networks.</exception>
    public static int Restore(string path, TrainingMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        using var scope = NewDisposeScope();
        using var file = SafetensorsFile.Open(path);
        foreach (var (name, network) in method.Networks)
            NetworkWeights.Load(network, file, name + ".");
        foreach (var (name, optimizer) in method.Optimizers)
            OptimizerState.Restore(optimizer, name + ".", key => file.Entries.ContainsKey(key) ? file.Read(key).to(method.Device) : null);
        return CheckpointMetadata.Of(file).Iterations;
    }

    /// <summary>Everything that the next step depends on, by its name in a checkpoint.</summary>
    internal static List<KeyValuePair<string, Tensor>> State(TrainingMethod method) =>
    [
        .. method.Networks.SelectMany(network => Named(network.Value, network.Key + ".")),
        .. method.Optimizers.SelectMany(optimizer => OptimizerState.Of(optimizer.Value, optimizer.Key + ".")),
    ];

    /// <summary>The name in a checkpoint of the first of these that holds NaN or an infinity; null where none does.</summary>
    internal static string? NotFinite(TrainingMethod method)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        return State(method).Where(one => one.Value.is_floating_point() && !one.Value.isfinite().all().item<bool>()).Select(one => one.Key).FirstOrDefault();
    }

    private static void Write(string path, CheckpointMetadata metadata, List<KeyValuePair<string, Tensor>> tensors) =>
        SafetensorsWriter.Write(path, tensors, metadata.ToStrings());

    private static IEnumerable<KeyValuePair<string, Tensor>> Named(nn.Module module, string prefix) =>
        module.state_dict().Select(pair => KeyValuePair.Create(prefix + pair.Key, pair.Value));
}
