using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Razorvine.Pickle;
using Razorvine.Pickle.Objects;
using Sassnet.Model.Packages;

namespace Sassnet.Training.Importing;

/// <summary>
/// Unpickles dictionaries of tensors. Their numbers lie outside the pickle, which only names them. Objects that a training script saves beside them, such as its
/// arguments and its paths, are passed over.
/// </summary>
/// <param name="storages">Gets the storages that are named, by their keys.</param>
internal sealed partial class TensorUnpickler(Dictionary<string, PickledStorage> storages) : Unpickler
{
    static TensorUnpickler()
    {
        registerConstructor("torch._utils", "_rebuild_tensor", new TensorConstructor());
        registerConstructor("torch._utils", "_rebuild_tensor_v2", new TensorConstructor());
        registerConstructor("torch._utils", "_rebuild_parameter", new ParameterConstructor());
        registerConstructor("torch._utils", "_rebuild_parameter_with_state", new ParameterConstructor());
        registerConstructor("torch._tensor", "_rebuild_from_type_v2", new TypedTensorConstructor());
        registerConstructor("collections", "OrderedDict", new OrderedDictConstructor());
    }

    /// <summary>Reads a pickle, once more for each class in it that is met for the first time and takes arguments.</summary>
    /// <param name="load">Reads it from its beginning.</param>
    /// <param name="storages">Gets the storages that are named, by their keys.</param>
    public static object? Load(Func<TensorUnpickler, object?> load, Dictionary<string, PickledStorage> storages)
    {
        while (true)
        {
            using var unpickler = new TensorUnpickler(storages);
            try
            {
                return load(unpickler);
            }
            catch (PickleException failure) when (ClassWithArguments().Match(failure.Message) is { Success: true } found)
            {
                var (module, name) = (found.Groups["module"].Value, found.Groups["name"].Value);
                registerConstructor(module, name, IsTensor(module, name) ? new UnreadTensorConstructor(name) : new UnknownConstructor());
            }
        }
    }

    // What PyTorch makes tensors with, of whatever kind.
    private static bool IsTensor(string module, string name) => module is "torch._utils" or "torch._tensor" && name.StartsWith("_rebuild_", StringComparison.Ordinal);

    // How the library refuses one that is not registered; which classes a pickle has, it tells by nothing else.
    [GeneratedRegex(@"arguments for construction of ClassDict \(for (?<module>.*)\.(?<name>[^.]+)\)\.")]
    private static partial Regex ClassWithArguments();

    /// <inheritdoc/>
    protected override object persistentLoad(object pid)
    {
        // In the older form a network's class, ("module", class, file, program); else ("storage", class, key, device, count), and in the older form a view of another
        // storage, as a rule none.
        if (pid is object[] and ["module", IObjectConstructor network, ..])
            return network;
        if (pid is not object[] { Length: 5 or 6 } named || named[0] as string != "storage" || named[1] is not ClassDictConstructor type)
            throw new InvalidPackageException("The file names something outside of the pickle that is no storage of a tensor: it is damaged, or not one that torch.save writes.");
        if (named.Length == 6 && named[5] is not null)
            throw new InvalidPackageException("The file holds storages that are parts of others, as PyTorch 0.3 and before wrote; save it again with a later one.");
        var (key, count) = (Convert.ToString(named[2], CultureInfo.InvariantCulture)!, Convert.ToInt64(named[4], CultureInfo.InvariantCulture));
        return storages.TryGetValue(key, out var known) ? known : storages[key] = PickledStorage.Of(type.name, count);
    }

    /// <summary>Python's OrderedDict; the order does not matter here.</summary>
    internal sealed class OrderedDict : Hashtable
    {
        [SuppressMessage("Naming", "CA1707:Identifiers should not contain underscores", Justification = "What the library looks for.")]
        [SuppressMessage("Style", "IDE1006:Naming Styles", Justification = "What the library looks for.")]
        [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "What the library looks for.")]
        public void __setstate__(object attributes)
        {
            // A state dict has the versions of its layers as an attribute.
        }
    }

    // An object of any other class: what its class would have made of the arguments is not known. Some are dictionaries.
    private sealed class UnknownConstructor : IObjectConstructor
    {
        public object construct(object[] args) => new OrderedDict();
    }

    // A tensor of a kind that no network here has.
    private sealed class UnreadTensorConstructor(string function) : IObjectConstructor
    {
        public object construct(object[] args) => new UnreadTensor(
            function.Contains("sparse", StringComparison.Ordinal) ? "sparse"
            : function.Contains("qtensor", StringComparison.Ordinal) ? "quantised"
            : $"made by {function}");
    }

    // (storage, offset, shape, strides, …)
    private sealed class TensorConstructor : IObjectConstructor
    {
        public object construct(object[] args) => (PickledStorage)args[0] is { IsTaken: true } storage
            ? new PickledTensor(storage, Convert.ToInt64(args[1], CultureInfo.InvariantCulture), Numbers(args[2]), Numbers(args[3]))
            : new UnreadTensor($"of {((PickledStorage)args[0]).Kind}");

        private static long[] Numbers(object tuple) => [.. ((object[])tuple).Select(number => Convert.ToInt64(number, CultureInfo.InvariantCulture))];
    }

    // (tensor, …)
    private sealed class ParameterConstructor : IObjectConstructor
    {
        public object construct(object[] args) => args[0];
    }

    // (function, class, its arguments, attributes), of a tensor with attributes.
    private sealed class TypedTensorConstructor : IObjectConstructor
    {
        public object construct(object[] args) => ((IObjectConstructor)args[0]).construct((object[])args[2]);
    }

    // Nothing, or what Python 2 gives: a list of pairs.
    private sealed class OrderedDictConstructor : IObjectConstructor
    {
        public object construct(object[] args)
        {
            var made = new OrderedDict();
            if (args is [IEnumerable pairs])
            {
                foreach (var pair in pairs.Cast<IEnumerable>().Select(pair => pair.Cast<object>().ToList()))
                    made[pair[0]] = pair[1];
            }

            return made;
        }
    }
}
