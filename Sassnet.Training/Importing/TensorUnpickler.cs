using System.Collections;
using System.Globalization;
using Sassnet.Model.Packages;

namespace Sassnet.Training.Importing;

/// <summary>
/// Unpickles dictionaries of tensors. Their numbers lie outside the pickle, which only names them. Objects that a training script saves beside them, such as its
/// arguments, its configuration and its paths, are passed over, of whatever class they are.
/// </summary>
/// <param name="stream">Lies at the pickle's beginning, and afterwards behind its end; it can tell its length.</param>
/// <param name="storages">Gets the storages that are named, by their keys.</param>
internal sealed class TensorUnpickler(Stream stream, Dictionary<string, PickledStorage> storages) : PickleReader(stream)
{
    // A tensor with attributes: (function, class, its arguments, attributes).
    private const string OfType = "_rebuild_from_type_v2";

    /// <inheritdoc/>
    protected override object? Construct(PickledClass called, object[] arguments) => (called.Module, called.Name) switch
    {
        ("torch._utils", "_rebuild_tensor" or "_rebuild_tensor_v2") => Tensor(arguments),
        ("torch._utils", "_rebuild_parameter" or "_rebuild_parameter_with_state") => arguments is [var tensor, ..] ? tensor : throw new InvalidDataException("A parameter in the pickle has no tensor."),
        ("torch._tensor", OfType) when arguments is [PickledClass { Name: not OfType } function, _, object[] inner, ..] => Construct(function, inner),

        // What PyTorch makes tensors of other kinds with, which no network here has.
        ("torch._utils" or "torch._tensor", var function) when function.StartsWith("_rebuild_", StringComparison.Ordinal) => new UnreadTensor(
            function.Contains("sparse", StringComparison.Ordinal) ? "sparse"
            : function.Contains("qtensor", StringComparison.Ordinal) ? "quantised"
            : $"made by {function}"),
        ("collections", "OrderedDict") => Ordered(arguments),
        _ => new PickledObject(called.FullName),
    };

    /// <inheritdoc/>
    protected override object? External(object? name)
    {
        // In the older form a network's class, ("module", class, file, program); else ("storage", class, key, device, count), and in the older form a view of another
        // storage, as a rule none.
        if (name is object[] and ["module", PickledClass network, ..])
            return network;
        if (name is not object[] { Length: 5 or 6 } named || named[0] as string != "storage" || named[1] is not PickledClass type)
            throw new InvalidPackageException("The file names something outside of the pickle that is no storage of a tensor: it is damaged, or not one that torch.save writes.");
        if (named.Length == 6 && named[5] is not null)
            throw new InvalidPackageException("The file holds storages that are parts of others, as PyTorch 0.3 and before wrote; save it again with a later one.");
        var (key, count) = (Convert.ToString(named[2], CultureInfo.InvariantCulture)!, Convert.ToInt64(named[4], CultureInfo.InvariantCulture));
        return storages.TryGetValue(key, out var known) ? known : storages[key] = PickledStorage.Of(type.Name, count);
    }

    // (storage, offset, shape, strides, …)
    private static object Tensor(object[] arguments)
    {
        if (arguments is not [PickledStorage storage, var offset, object[] shape, object[] strides, ..])
            throw new InvalidDataException("A tensor in the pickle is of no storage, or has no shape.");
        return storage.IsTaken
            ? new PickledTensor(storage, Convert.ToInt64(offset, CultureInfo.InvariantCulture), Numbers(shape), Numbers(strides))
            : new UnreadTensor($"of {storage.Kind}");
    }

    private static long[] Numbers(object[] tuple) => [.. tuple.Select(number => Convert.ToInt64(number, CultureInfo.InvariantCulture))];

    // Of nothing, or of what Python 2 gives: a list of pairs. The order does not matter here.
    private static Hashtable Ordered(object[] arguments)
    {
        var made = new Hashtable();
        if (arguments is [ArrayList pairs])
        {
            foreach (var pair in pairs.Cast<IList>())
                SetItem(made, pair[0], pair[1]);
        }

        return made;
    }
}
