using Microsoft.Extensions.Logging;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Inference.Timing;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference;

/// <summary>
/// Segments volumes with one model package on one device, one stage after the other: prepare → infer → restore → measure. Who wants the stages of several
/// volumes to overlap leads each by <see cref="SegmentationStages"/>, as this does. Threads may share it as they may a <see cref="LoadedModel"/>.
/// </summary>
/// <remarks>
/// Peak memory of a call, beyond the input volume, the three maps of the result and the inference: the volume in the model's orientation and at its voxel size.
/// </remarks>
public sealed class Segmenter : IDisposable
{
    /// <summary>The name of the activity source that has one span per stage, and one per pass of windows through the network.</summary>
    public const string ActivitySourceName = StageClock.SourceName;

    private readonly LoadedModel _model;

    private Segmenter(LoadedModel model) => _model = model;

    /// <summary>What the package says of itself.</summary>
    public ModelManifest Manifest => _model.Manifest;

    /// <inheritdoc cref="LoadedModel.Device"/>
    public string Device => _model.Device;

    /// <inheritdoc cref="LoadedModel.Precision"/>
    public Precision Precision => _model.Precision;

    /// <inheritdoc cref="LoadedModel.Load"/>
    public static Segmenter Load(ModelPackage package, SegmenterOptions options, ILogger logger) => new(LoadedModel.Load(package, options, logger));

    /// <summary>Segments one volume.</summary>
    /// <param name="input">A scan of any orientation and voxel size, in any intensity unit; it is not changed.</param>
    /// <param name="request">What to make of it.</param>
    /// <param name="cancellation">Looked at between stages, and between windows.</param>
    /// <exception cref="InvalidVolumeException">The volume's extent or its intensities are beyond what can be served.</exception>
    /// <exception cref="DeviceOutOfMemoryException">Memory ran out; the next call may succeed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public SegmentationResult Segment(Volume input, SegmentationRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        var stages = new SegmentationStages(_model.Manifest, request);
        try
        {
            var scan = stages.Prepare(input, cancellation);
            return stages.Conclude(stages.Infer(_model, scan, progress: null, cancellation), scan.Grid, cancellation);
        }
        catch (Exception failure) when (DeviceOutOfMemoryException.IsSaidBy(failure))
        {
            throw new DeviceOutOfMemoryException(Device, failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
