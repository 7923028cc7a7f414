using Sassnet.Training.Configuration;
using static TorchSharp.torch;

namespace Sassnet.Training.Methods;

/// <summary>
/// What masks teach, in every method: the loss of the segmentation and, by its weight, that of the signed distance map. Of several structures, over which both are means, each
/// structure's own are told as well; nothing is learned from those.
/// </summary>
/// <param name="options">The distance map's weight.</param>
/// <param name="structures">The structures, in the order of the network's channels.</param>
public sealed class SupervisedLoss(LossOptions options, IReadOnlyList<StructureOptions> structures)
{
    private const string DistanceName = "lossSdm";

    /// <summary>The losses of one micro-batch.</summary>
    /// <param name="name">What the segmentation's is called.</param>
    /// <param name="segmentation">It, on maps of (N, structures, X, Y, Z) as the given function leaves them: with all structures, or with one.</param>
    /// <param name="distance">The distance map's, likewise.</param>
    public PhaseLosses Of(string name, Func<Func<Tensor, Tensor>, Tensor> segmentation, Func<Func<Tensor, Tensor>, Tensor> distance)
    {
        ArgumentNullException.ThrowIfNull(segmentation);
        ArgumentNullException.ThrowIfNull(distance);
        var (ofMask, ofMap) = (segmentation(maps => maps), distance(maps => maps));
        return new PhaseLosses(ofMask + (options.SdmWeight * ofMap), (name, ofMask), (DistanceName, ofMap))
        {
            OfStructures = structures.Count == 1 ? [] : [.. OfEach(name, segmentation), .. OfEach(DistanceName, distance)],
        };
    }

    private List<(string Name, Tensor Value)> OfEach(string name, Func<Func<Tensor, Tensor>, Tensor> loss)
    {
        using var gradients = no_grad();
        return [.. structures.Select((one, channel) => ($"{name}.{one.Value}", OfOne(loss, channel)))];
    }

    private static Tensor OfOne(Func<Func<Tensor, Tensor>, Tensor> loss, int channel)
    {
        using var scope = NewDisposeScope();
        return loss(maps => maps.narrow(1, channel, 1)).MoveToOuterDisposeScope();
    }
}
