using Microsoft.Extensions.Options;
using Sassnet.Api.Models;
using Sassnet.Api.Scheduling;
using Sassnet.Api.Telemetry;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Segmentation;

/// <summary>Does segmentations, of requests and of jobs alike: decode → prepare → infer → restore, measure and encode, each stage when its turn comes.</summary>
internal sealed class SegmentationRunner(DeviceScheduler scheduler, IOptions<InferenceOptions> inference, ServiceMetrics metrics, TimeProvider clock)
{
    /// <summary>Segments a volume and writes the answer.</summary>
    /// <param name="order">What to do.</param>
    /// <param name="cancellation">Ends it: while it waits at once, and between two windows, stages or writes.</param>
    /// <exception cref="Problems.ProblemException">There is no place in the queue, no device is reached in time, or it would take too long.</exception>
    /// <exception cref="InvalidVolumeException">The files are no volume that can be segmented.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the service stops.</exception>
    public async Task<SegmentationOutcome> RunAsync(SegmentationOrder order, CancellationToken cancellation)
    {
        var request = order.Query.Request;
        var size = new ScanSize(order.Source.Bytes, $"{request.Mode} {request.Quality} {order.Output}");
        using var turn = scheduler.Enter(order.Model, order.Flow, order.Priority, size, cancellation);
        var work = new SegmentationWork(order, inference.Value.MaxEstimatedTime, clock.GetLocalNow(), metrics);
        await TimedAsync(order.Stages, "queue", begun => turn.DecodeAsync(token => work.Decode(begun, token)));
        await turn.PrepareAsync(work.Prepare);
        await TimedAsync(order.Stages, "wait", begun => turn.InferAsync((model, token) => work.Infer(begun, model, token)));
        return await turn.FinishAsync(work.Finish);
    }

    // A span of its own for the waiting, which whoever no longer waits ends.
    private static async Task TimedAsync(StageTimings stages, string name, Func<RunningStage, Task> wait)
    {
        using var waiting = stages.Start(name);
        await wait(waiting);
    }
}
