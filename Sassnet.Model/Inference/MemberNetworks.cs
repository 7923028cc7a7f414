using Sassnet.Model.Inference.Folding;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Networks;
using Sassnet.Model.Packages;
using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>The networks of a package on one device: one, or several whose maps are averaged, one after the other, each at the whole cost of one.</summary>
internal sealed class MemberNetworks : IDisposable
{
    private readonly List<FoldedVNet> _members = [];

    /// <summary>How many there are.</summary>
    public int Count => _members.Count;

    /// <summary>The device they compute on.</summary>
    public Device Device => _members[0].Device;

    /// <summary>Loads and folds a package's networks.</summary>
    /// <param name="package">The package.</param>
    /// <param name="first">Its first network, loaded already; it is not changed and not kept.</param>
    /// <param name="type">What they compute in.</param>
    /// <param name="device">Where.</param>
    /// <exception cref="InvalidPackageException">The weights do not fit the architecture.</exception>
    public static MemberNetworks Fold(ModelPackage package, VNet first, ScalarType type, Device device)
    {
        var networks = new MemberNetworks();
        try
        {
            networks._members.Add(new FoldedVNet(first, type, device));
            for (var member = 1; member < package.Members; member++)
            {
                using var network = package.LoadNetwork(member);
                networks._members.Add(new FoldedVNet(network, type, device));
            }
        }
        catch
        {
            networks.Dispose();
            throw;
        }

        return networks;
    }

    /// <summary>The mean of what the members predict.</summary>
    /// <param name="progress">Told the share that is done of all members' work, above 0 to 1; null for nobody.</param>
    /// <param name="predict">Leads one of them over a scan, and tells the share that it has done.</param>
    /// <returns>Both maps of each structure, in the networks' order.</returns>
    public IReadOnlyList<PredictedMaps> Mean(IProgress<double>? progress, Func<FoldedVNet, IProgress<double>?, IReadOnlyList<PredictedMaps>> predict)
    {
        if (_members is [var only])
            return predict(only, progress);
        var mean = predict(_members[0], Share(0));
        for (var member = 1; member < _members.Count; member++)
        {
            foreach (var (sum, other) in mean.Zip(predict(_members[member], Share(member))))
            {
                Add(sum.Probability, other.Probability);
                Add(sum.Sdm, other.Sdm);
            }
        }

        foreach (var sum in mean)
        {
            Divide(sum.Probability);
            Divide(sum.Sdm);
        }

        return mean;

        MemberProgress? Share(int member) => progress is null ? null : new MemberProgress(progress, member, _members.Count);
    }

    /// <inheritdoc/>
    public void Dispose() => _members.ForEach(member => member.Dispose());

    private static void Add(float[] sums, float[] values)
    {
        for (var i = 0; i < sums.Length; i++)
            sums[i] += values[i];
    }

    private void Divide(float[] sums)
    {
        foreach (ref var sum in sums.AsSpan())
            sum /= Count;
    }

    // On the calling thread, as who listens expects it.
    private sealed class MemberProgress(IProgress<double> all, int before, int count) : IProgress<double>
    {
        public void Report(double value) => all.Report((before + value) / count);
    }
}
