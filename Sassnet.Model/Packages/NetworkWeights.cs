using Sassnet.Model.Wording;
using static TorchSharp.torch;

namespace Sassnet.Model.Packages;

/// <summary>Moves a network's parameters and buffers between a module and a safetensors file, under their <c>state_dict</c> keys.</summary>
public static class NetworkWeights
{
    // BatchNorm counts its batches; the count is of no use to inference and older checkpoints lack it.
    private const string OptionalSuffix = ".num_batches_tracked";

    /// <summary>Copies every tensor of a file into a module.</summary>
    /// <param name="module">The module; its own data types are kept, values are converted.</param>
    /// <param name="file">The weights.</param>
    /// <param name="prefix">What stands before the module's keys in the file, such as <c>generator.before.</c>; other keys are then ignored.</param>
    /// <exception cref="InvalidPackageException">A key is missing or unknown, or a shape differs; the message names it.</exception>
    public static void Load(nn.Module module, SafetensorsFile file, string prefix = "")
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var state = module.state_dict();
        var unknown = file.Entries.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && !state.ContainsKey(key[prefix.Length..])).ToList();
        if (unknown.Count > 0)
            throw new InvalidPackageException($"The weights hold {Counted.Of(unknown.Count, "unknown key", "unknown keys")}{(unknown.Count == 1 ? "" : ", the first")} '{unknown[0]}'; the network has keys like '{state.Keys.First()}'.");
        foreach (var (key, target) in state)
        {
            if (!file.Entries.TryGetValue(prefix + key, out var entry))
            {
                if (key.EndsWith(OptionalSuffix, StringComparison.Ordinal))
                    continue;
                throw new InvalidPackageException($"The weights lack the key '{prefix + key}' of shape [{string.Join(", ", target.shape)}].");
            }

            if (!entry.Shape.SequenceEqual(target.shape))
            {
                throw new InvalidPackageException($"The weights' key '{prefix + key}' has shape [{string.Join(", ", entry.Shape)}]; "
                    + $"the network's is [{string.Join(", ", target.shape)}].");
            }

            target.copy_(file.Read(prefix + key));
        }
    }

    /// <summary>Writes a module's state; floating-point tensors in the type given, all others in their own.</summary>
    public static void Save(nn.Module module, string path, ScalarType type = ScalarType.Float32, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var scope = NewDisposeScope();
        var tensors = module.state_dict()
            .Select(pair => KeyValuePair.Create(pair.Key, pair.Value.is_floating_point() ? pair.Value.detach().to(type) : pair.Value))
            .ToList();
        SafetensorsWriter.Write(path, tensors, metadata);
    }
}
