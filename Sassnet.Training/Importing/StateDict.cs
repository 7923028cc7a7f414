using System.Collections;
using Sassnet.Model.Packages;

namespace Sassnet.Training.Importing;

/// <summary>Finds the state dict in what was saved: that itself, or one of several things under a key.</summary>
internal static class StateDict
{
    // What DataParallel and DistributedDataParallel put before every name.
    private const string ParallelPrefix = "module.";

    /// <summary>The tensors by their names in the network.</summary>
    /// <param name="saved">What a file holds.</param>
    /// <param name="key">Under which key; null where there is one state dict only.</param>
    /// <exception cref="InvalidPackageException">There is none, none of that key, or there are several.</exception>
    public static IReadOnlyDictionary<string, PickledTensor> Find(object? saved, string? key)
    {
        if (saved is not Hashtable table)
            throw new InvalidPackageException($"The file holds a {saved?.GetType().Name ?? "None"}; accepted: a state dict, or a dictionary with one.");
        var inner = table.Cast<DictionaryEntry>().Where(entry => entry is { Key: string, Value: Hashtable value } && HasTensors(value)).ToDictionary(entry => (string)entry.Key, entry => (Hashtable)entry.Value!);
        var names = string.Join(", ", inner.Keys.Order(StringComparer.Ordinal));
        if (key is not null)
            return Tensors(inner.GetValueOrDefault(key) ?? throw new InvalidPackageException($"The file has no state dict '{key}'; it has {(names.Length > 0 ? names : "none under a key")}."));
        if (HasTensors(table))
            return Tensors(table);
        return inner.Count switch
        {
            0 => throw new InvalidPackageException("The file has no state dict: no dictionary in it, nor what it holds itself, has tensors."),
            1 => Tensors(inner.Values.Single()),
            _ => throw new InvalidPackageException($"The file has several state dicts, {names}; say which by --key."),
        };
    }

    private static bool HasTensors(Hashtable table) => table.Values.OfType<PickledTensor>().Any();

    private static Dictionary<string, PickledTensor> Tensors(Hashtable table)
    {
        var tensors = table.Cast<DictionaryEntry>().Where(entry => entry is { Key: string, Value: PickledTensor }).ToDictionary(entry => (string)entry.Key, entry => (PickledTensor)entry.Value!);
        return tensors.Keys.All(name => name.StartsWith(ParallelPrefix, StringComparison.Ordinal)) ? tensors.ToDictionary(pair => pair.Key[ParallelPrefix.Length..], pair => pair.Value) : tensors;
    }
}
