using System.Globalization;
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
    /// <summary>What stands before the keys of the network that gets exported.</summary>
    public const string NetworkPrefix = "generator.";

    private const string IterationKey = "iteration";
    private const string DiceKey = "validationDice";

    /// <summary>Saves the state after a number of iterations.</summary>
    /// <param name="path">The file.</param>
    /// <param name="method">The method in training.</param>
    /// <param name="iterations">How many are done.</param>
    /// <param name="validationDice">The mean Dice of this state on the validation scans, where it was measured.</param>
    public static void Save(string path, TrainingMethod method, int iterations, double? validationDice = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        using var scope = NewDisposeScope();
        List<KeyValuePair<string, Tensor>> tensors =
        [
            .. method.Networks.SelectMany(network => Named(network.Value, network.Key + ".")),
            .. method.Optimizers.SelectMany(optimizer => OptimizerState.Of(optimizer.Value, optimizer.Key + ".")),
        ];
        var metadata = new Dictionary<string, string> { [IterationKey] = iterations.ToString(CultureInfo.InvariantCulture) };
        if (validationDice is { } dice)
            metadata[DiceKey] = dice.ToString("R", CultureInfo.InvariantCulture);
        SafetensorsWriter.Write(path, tensors, metadata);
    }

    /// <summary>Restores a saved state into a freshly built method of the same configuration.</summary>
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
            OptimizerState.Restore(optimizer, name + ".", key => file.Entries.ContainsKey(key) ? file.Read(key) : null);
        return Iterations(file);
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

    /// <summary>The mean Dice on the validation scans that was saved with a checkpoint; 0 where there is no such file.</summary>
    public static double ValidationDice(string path)
    {
        if (!File.Exists(path))
            return 0;
        using var file = SafetensorsFile.Open(path);
        return file.Metadata.TryGetValue(DiceKey, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : 0;
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Named(nn.Module module, string prefix) =>
        module.state_dict().Select(pair => KeyValuePair.Create(prefix + pair.Key, pair.Value));
}
