using System.Globalization;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using Sassnet.Model.Wording;
using static TorchSharp.torch;

namespace Sassnet.Training.Importing;

/// <summary>Makes a network of a state dict of the UA-MT, SASSNet and DTC family.</summary>
internal static class ImportedNetwork
{
    private const string FirstWeight = "block_one.conv.0.weight";
    private const string DistanceHead = "out_conv.weight";
    private const string SegmentationHead = "out_conv2.weight";

    // BatchNorm counts its batches; the count is of no use to inference and older checkpoints lack it.
    private const string OptionalSuffix = ".num_batches_tracked";
    private const string VarianceSuffix = ".running_var";

    private const int MostNamed = 6;

    /// <summary>Builds the network, of as many filters and structures as the tensors have; the caller disposes it.</summary>
    /// <exception cref="InvalidPackageException">Tensors are unknown, missing, of another shape, or hold what is no number; the message names them.</exception>
    public static VNet Of(IReadOnlyDictionary<string, PickledTensor> tensors)
    {
        var network = new VNet(Filters(tensors), classes: Channels(tensors, SegmentationHead) is { } channels and <= ManifestRules.MostLabels ? channels : 1);
        try
        {
            Fill(network, tensors);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static int Filters(IReadOnlyDictionary<string, PickledTensor> tensors) =>
        tensors.TryGetValue(FirstWeight, out var first) && first.Shape is [>= VNet.MinFilters and <= VNet.MaxFilters and var filters, ..] ? (int)filters : 16;

    // Of a head that has at least one; null where there is no such head.
    private static int? Channels(IReadOnlyDictionary<string, PickledTensor> tensors, string head) =>
        tensors.TryGetValue(head, out var weight) && weight.Shape is [>= 1 and <= int.MaxValue and var channels, ..] ? (int)channels : null;

    private static void Fill(VNet network, IReadOnlyDictionary<string, PickledTensor> tensors)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var state = network.state_dict();
        Require(state, tensors);
        foreach (var (name, target) in state)
        {
            if (!tensors.TryGetValue(name, out var given))
                continue;
            using var inner = NewDisposeScope();
            target.copy_(given.ToTensor());

            // As it is kept: a float64 may be too large for that.
            if (target.is_floating_point() && !target.isfinite().all().item<bool>())
                throw new InvalidPackageException($"The state dict's '{name}' holds values that are not finite as float32: the training it is from has failed.");
            if (name.EndsWith(VarianceSuffix, StringComparison.Ordinal) && !target.ge(0).all().item<bool>())
                throw new InvalidPackageException($"The state dict's '{name}' holds {target.min().item<float>().ToString(CultureInfo.InvariantCulture)}; accepted: variances from 0 on.");
        }
    }

    private static void Require(Dictionary<string, Tensor> state, IReadOnlyDictionary<string, PickledTensor> tensors)
    {
        var unknown = tensors.Keys.Where(name => !state.ContainsKey(name)).Order(StringComparer.Ordinal).ToList();
        var missing = state.Keys.Where(name => !tensors.ContainsKey(name) && !name.EndsWith(OptionalSuffix, StringComparison.Ordinal)).ToList();
        var misshaped = state.Where(pair => tensors.TryGetValue(pair.Key, out var given) && !given.Shape.SequenceEqual(pair.Value.shape))
            .Select(pair => $"{pair.Key} [{string.Join(", ", tensors[pair.Key].Shape)}] where [{string.Join(", ", pair.Value.shape)}] is accepted")
            .ToList();
        if (unknown.Count + missing.Count + misshaped.Count == 0)
            return;
        var faults = new[] { Listed("unknown", unknown), Listed("missing", missing), Listed("of another shape", misshaped) }.Where(fault => fault.Length > 0);
        throw new InvalidPackageException($"The state dict is not of a V-Net with heads for the distance map (out_conv) and the segmentation (out_conv2). {string.Join(" ", faults)}{Hint(missing, tensors)}");
    }

    private static string Listed(string what, List<string> names) => names.Count == 0 ? "" : $"{names.Count} {what}: {FirstFew.Of(names, MostNamed)}.";

    private static string Hint(List<string> missing, IReadOnlyDictionary<string, PickledTensor> tensors) =>
        missing.Count > 0 && missing.All(name => name.StartsWith("out_conv2.", StringComparison.Ordinal)) && tensors.ContainsKey(DistanceHead)
            ? " It is a plain V-Net without a distance map, such as UA-MT's: what the service answers and checks with that map, it could not."
            : Channels(tensors, SegmentationHead) == Channels(tensors, DistanceHead) + 1
            ? " Its segmentation has one channel more than its distance map, as a softmax has for the background; accepted: a sigmoid for each structure."
            : Channels(tensors, SegmentationHead) > ManifestRules.MostLabels
            ? $" It tells {Channels(tensors, SegmentationHead)} structures; accepted: up to {ManifestRules.MostLabels}."
            : "";
}
