using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Razorvine.Pickle;
using Razorvine.Pickle.Objects;
using Sassnet.Model.Packages;

namespace Sassnet.Training.Importing;

/// <summary>Unpickles dictionaries of tensors. Their numbers lie outside the pickle, which only names them.</summary>
/// <param name="storages">Gets the storages that are named, by their keys.</param>
internal sealed class TensorUnpickler(Dictionary<string, PickledStorage> storages) : Unpickler
{
    static TensorUnpickler()
    {
        registerConstructor("torch._utils", "_rebuild_tensor", new TensorConstructor());
        registerConstructor("torch._utils", "_rebuild_tensor_v2", new TensorConstructor());
        registerConstructor("torch._utils", "_rebuild_parameter", new ParameterConstructor());
        registerConstructor("collections", "OrderedDict", new OrderedDictConstructor());
    }

    /// <inheritdoc/>
    protected override object persistentLoad(object pid)
    {
        // ("storage", class, key, device, count), and in the older form a view of another storage, as a rule none.
        if (pid is not object[] { Length: 5 or 6 } named || named[0] as string != "storage" || named[1] is not ClassDictConstructor type)
            throw new InvalidPackageException("The file holds a whole network, with its program; a state dict is accepted. Save that, torch.save(network.state_dict(), path).");
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
        public void __setstate__(Hashtable attributes)
        {
            // A state dict has the versions of its layers as an attribute.
        }
    }

    // (storage, offset, shape, strides, …)
    private sealed class TensorConstructor : IObjectConstructor
    {
        public object construct(object[] args) =>
            new PickledTensor((PickledStorage)args[0], Convert.ToInt64(args[1], CultureInfo.InvariantCulture), Numbers(args[2]), Numbers(args[3]));

        private static long[] Numbers(object tuple) => [.. ((object[])tuple).Select(number => Convert.ToInt64(number, CultureInfo.InvariantCulture))];
    }

    // (tensor, …)
    private sealed class ParameterConstructor : IObjectConstructor
    {
        public object construct(object[] args) => args[0];
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
