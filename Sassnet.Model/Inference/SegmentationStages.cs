using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Inference.Passes;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Inference.Timing;
using Sassnet.Model.Packages;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>
/// One volume's way through a model, stage by stage: <see cref="Prepare"/> → <see cref="Infer"/> → <see cref="Conclude"/>. Whoever leads it says when each stage
/// runs and on which thread; one runs at a time, and only <see cref="Infer"/> needs the device. Nothing of the volume is kept here between them.
/// </summary>
public sealed class SegmentationStages
{
    private readonly ModelManifest _model;
    private readonly SegmentationRequest _request;
    private readonly StageClock _clock;

    /// <summary>Begins a segmentation.</summary>
    /// <param name="model">What the package says of itself.</param>
    /// <param name="request">What to make of the volume.</param>
    /// <param name="ended">Told of each stage once it has ended; null for nobody.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold, the mode or the quality is out of its range, or a quality goes with a mode that leaves nothing to choose.</exception>
    public SegmentationStages(ModelManifest model, SegmentationRequest request, Action<StageTiming>? ended = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(request);
        request.Check();
        (_model, _request, _clock) = (model, request, new StageClock(ended));
    }

    /// <summary>The stage <c>prepare</c>: the scan as the network sees it.</summary>
    /// <param name="input">A scan of any orientation and voxel size, in any intensity unit; it is neither changed nor kept.</param>
    /// <param name="cancellation">Looked at before the stage.</param>
    /// <exception cref="InvalidVolumeException">The volume's extent or its intensities are beyond what can be served.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public PreparedScan Prepare(Volume input, CancellationToken cancellation) =>
        _clock.Run("prepare", _ => PreparedScan.Of(input, _model.Preprocessing), cancellation);

    /// <summary>The stage <c>infer</c>: leads the network over the scan.</summary>
    /// <param name="model">The network on its device, loaded from the same package.</param>
    /// <param name="scan">The prepared scan.</param>
    /// <param name="progress">Told the share of the windows that are done, above 0 to 1, on the calling thread; null for nobody.</param>
    /// <param name="cancellation">Looked at before the stage, and between windows.</param>
    /// <exception cref="InvalidVolumeException">Intensities lie so far from the others that the network's sums overflow.</exception>
    /// <exception cref="DeviceOutOfMemoryException">The device's memory ran out; the next call may succeed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Prediction Infer(LoadedModel model, PreparedScan scan, IProgress<double>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(scan);
        return _clock.Run(
            "infer",
            span =>
            {
                var plan = model.Plan(scan.Image.Size, _request.Mode, _request.Quality);
                var (maps, done) = model.Infer(scan, plan, progress, cancellation);
                span?.SetTag("sassnet.mode", done.Mode.ToString()).SetTag("sassnet.precision", model.Precision.ToString()).SetTag("sassnet.grid", scan.Image.Size.ToString());
                return new Prediction(maps, done, model.Device, model.Precision);
            },
            cancellation);
    }

    /// <summary>The stages <c>restore</c> and <c>measure</c>: the maps on the scan's own grid, the segmentation they draw, and what can be said of it.</summary>
    /// <param name="prediction">What the network made of the scan.</param>
    /// <param name="grid">The prepared scan's grid.</param>
    /// <param name="cancellation">Looked at before each stage.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public SegmentationResult Conclude(Prediction prediction, ModelGrid grid, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        RestoredMaps[] restored = _clock.Run("restore", _ => prediction.Maps.Select(maps => RestoredMaps.Of(maps, grid)).ToArray(), cancellation);
        var (segmentation, measurements, warnings) = _clock.Run(
            "measure",
            _ =>
            {
                var (drawn, found) = Measurement.Of(restored, _request, _model.Labels);
                return (drawn, found, Plausibility.Of(_model, grid, found));
            },
            cancellation);
        return new SegmentationResult(restored, segmentation, measurements, warnings, prediction.Plan, prediction.Device, prediction.Precision, _clock.Stages);
    }
}

/// <summary>What a network made of a scan, on the grid it saw.</summary>
/// <param name="Maps">The two maps of each label, in the package's order.</param>
/// <param name="Plan">What leading the network over the scan came to: smaller tiles than planned, or a sliding window, where the device's memory ran out.</param>
/// <param name="Device">The device: <c>cpu</c> or <c>cuda:N</c>.</param>
/// <param name="Precision">The precision; never <see cref="Precision.Auto"/>.</param>
public sealed record Prediction(IReadOnlyList<PredictedMaps> Maps, InferencePlan Plan, string Device, Precision Precision);
