using static TorchSharp.torch;

namespace Sassnet.Model.Inference;

/// <summary>A pass through the network as a span: part of all that lead it over a volume.</summary>
internal static class NetworkPass
{
    /// <summary>Runs it. On a CUDA device the span is the time of handing the work over; the last one, or the stage around it, waits for the results.</summary>
    /// <param name="network">The network.</param>
    /// <param name="views">What it gets, several parts at once or one.</param>
    /// <param name="inSlabs">Whether the finest level is computed in slabs.</param>
    /// <param name="first">How many parts are done.</param>
    /// <param name="all">How many there are to do.</param>
    public static Tensor Forward(FoldedVNet network, Tensor views, bool inSlabs, int first, long all)
    {
        using var span = StageClock.Source.StartActivity("windows");
        span?.SetTag("sassnet.window.first", first).SetTag("sassnet.window.count", (int)views.shape[0]).SetTag("sassnet.window.all", all);
        return network.Forward(views, inSlabs ? FoldedVNet.PlanesOfSlab(views.shape[3], views.shape[4]) : int.MaxValue);
    }
}
