using System.Collections;
using Sassnet.Model.Packages;
using Sassnet.Model.Wording;

namespace Sassnet.Training.Importing;

/// <summary>Finds the state dict in what was saved: that itself, or one of several things under a key.</summary>
internal static class StateDict
{
    // What DataParallel, DistributedDataParallel and AveragedModel put before every name.
    private const string WrapperPrefix = "module.";

    // What torch.compile puts before the names in what it compiled, which is the network or a part of it.
    private const string CompiledPrefix = "_orig_mod.";

    private const int MostNamed = 6;

    // How many networks an AveragedModel is the mean of.
    private const string AveragedCount = "n_averaged";

    /// <summary>The tensors by their names in the network.</summary>
    /// <param name="saved">What a file holds.</param>
    /// <param name="key">Under which key; null where there is one state dict only.</param>
    /// <exception cref="InvalidPackageException">There is none, none of that key, or there are several.</exception>
    public static IReadOnlyDictionary<string, PickledTensor> Find(object? saved, string? key)
    {
        if (saved is not Hashtable table || saved is PickledObject { Count: 0 })
        {
            throw new InvalidPackageException(
                $"The file holds {Kind(saved)}; accepted: a state dict, or a dictionary with one. Of a whole network save that alone, torch.save(network.state_dict(), path).");
        }

        var inner = table.Cast<DictionaryEntry>().Where(entry => entry is { Key: string, Value: Hashtable value } && IsStateDict(value)).ToDictionary(entry => (string)entry.Key, entry => (Hashtable)entry.Value!);
        var names = string.Join(", ", inner.Keys.Order(StringComparer.Ordinal));
        if (key is not null)
            return Tensors(inner.GetValueOrDefault(key) ?? throw new InvalidPackageException($"The file has no state dict '{key}'; it has {(names.Length > 0 ? names : "none under a key")}."));
        if (IsStateDict(table))
            return Tensors(table);
        return inner.Count switch
        {
            0 => throw new InvalidPackageException("The file has no state dict: no dictionary in it, nor what it holds itself, has tensors named as of a network's layers, such as 'out_conv.weight'."),
            1 => Tensors(inner.Values.Single()),
            _ => throw new InvalidPackageException($"The file has several state dicts, {names}; say which by --key."),
        };
    }

    // By a layer's name and a dot: beside a state dict stand tensors that are none of a network's, such as the state of the random numbers.
    private static bool IsStateDict(Hashtable table) => table.Cast<DictionaryEntry>().Any(entry => entry is { Key: string name, Value: PickledTensor or UnreadTensor } && name.Contains('.', StringComparison.Ordinal));

    private static Dictionary<string, PickledTensor> Tensors(Hashtable table)
    {
        var unread = table.Cast<DictionaryEntry>().Where(entry => entry is { Key: string, Value: UnreadTensor })
            .Select(entry => $"'{Plain((string)entry.Key)}' is {((UnreadTensor)entry.Value!).What}").Order(StringComparer.Ordinal).ToList();
        if (unread.Count > 0)
        {
            throw new InvalidPackageException(
                $"The state dict has {Counted.Of(unread.Count, "tensor that is", "tensors that are")} not read: {FirstFew.Of(unread, MostNamed)}; "
                + $"accepted: dense tensors of {PickledStorage.Taken}. Save them so, by to_dense(), dequantize() or float().");
        }

        var tensors = new Dictionary<string, PickledTensor>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in table)
        {
            if (entry is { Key: string name, Value: PickledTensor tensor } && name != AveragedCount && !tensors.TryAdd(Plain(name), tensor))
                throw new InvalidPackageException($"The state dict has '{Plain(name)}' more than once, with and without '{WrapperPrefix}' or '{CompiledPrefix}' in its name; accepted: one of them.");
        }

        return tensors;
    }

    private static string Plain(string name)
    {
        name = name.Replace(CompiledPrefix, "", StringComparison.Ordinal);
        while (name.StartsWith(WrapperPrefix, StringComparison.Ordinal))
            name = name[WrapperPrefix.Length..];
        return name;
    }

    private static string Kind(object? saved) => saved switch
    {
        null => "None",
        PickledObject other => $"a {other.ClassName}",
        PickledClass named => $"a {named.FullName}",
        PickledTensor or UnreadTensor => "a tensor",
        ArrayList => "a list",
        object[] => "a tuple",
        _ => $"a {saved.GetType().Name}",
    };
}
