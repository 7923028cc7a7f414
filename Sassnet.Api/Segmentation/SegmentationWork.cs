using Sassnet.Api.Models;
using Sassnet.Api.Telemetry;
using Sassnet.Api.Uploads;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Nifti;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Segmentation;

/// <summary>
/// The stages of one segmentation, to be called one after the other. Between them lies what the next one needs and nothing more, so that the collector can have
/// the rest: what one stage leaves, the next takes away.
/// </summary>
internal sealed class SegmentationWork
{
    private readonly SegmentationOrder _order;
    private readonly SegmentationStages _stages;
    private readonly TimeSpan _longest;
    private readonly DateTimeOffset _now;
    private readonly ServiceMetrics _metrics;

    private Volume? _volume;
    private PreparedScan? _scan;
    private ModelGrid? _grid;
    private Prediction? _prediction;
    private NiftiGeometry? _geometry;
    private DicomSource? _dicom;
    private GreyVolume? _shown;
    private IReadOnlyList<Warning> _warnings = [];
    private long _voxels;
    private Precision _precision;

    /// <param name="order">What to do.</param>
    /// <param name="longest">The longest that an inference may be expected to take.</param>
    /// <param name="now">The time that the answer is made at.</param>
    /// <param name="metrics">Told of the volume.</param>
    public SegmentationWork(SegmentationOrder order, TimeSpan longest, DateTimeOffset now, ServiceMetrics metrics)
    {
        (_order, _longest, _now, _metrics) = (order, longest, now, metrics);
        _stages = new SegmentationStages(order.Model.Package.Manifest, order.Query.Request, stage => order.Stages.Add(stage.Name, stage.Seconds));
    }

    /// <summary>Reads the volume.</summary>
    /// <param name="waiting">Ends now.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The bytes of memory that all stages take.</returns>
    public long Decode(RunningStage waiting, CancellationToken cancellation)
    {
        waiting.Dispose();
        using var reading = _order.Stages.Start("read");
        var file = _order.Source.Read(cancellation);
        (_volume, _geometry, _dicom, _warnings) = (file.Volume, file.Geometry, file.Dicom, file.Warnings);
        _shown = _order.Output.ShowsScan ? GreyVolume.Of(file.Volume, file.Dicom is { IsInverted: true }) : null;
        _voxels = file.Volume.Size.Count;

        // A scan with coarse voxels has more of them on the model's grid.
        var manifest = _order.Model.Package.Manifest;
        var voxels = Math.Max(file.Volume.Size.Count, new ModelGrid(manifest.Preprocessing, file.Volume).Size.Count);
        return voxels * (UploadOptions.BytesPerVoxel + ((manifest.Labels.Count - 1) * UploadOptions.BytesPerVoxelOfLabel));
    }

    /// <summary>Brings the volume to the model's grid.</summary>
    /// <returns>How long a device is expected to take.</returns>
    public TimeSpan Prepare(CancellationToken cancellation)
    {
        _scan = _stages.Prepare(Taken(ref _volume), cancellation);
        _grid = _scan.Grid;
        return _order.Model.Admit(_scan.Image.Size, _order.Query.Request, _longest);
    }

    /// <summary>Leads the network over the scan.</summary>
    /// <param name="waiting">Ends now.</param>
    /// <param name="model">The network on its device.</param>
    /// <param name="cancellation">Looked at between windows.</param>
    public bool Infer(RunningStage waiting, DeviceModel model, CancellationToken cancellation)
    {
        waiting.Dispose();
        _prediction = _stages.Infer(model.Model, Taken(ref _scan), _order.Progress, cancellation);
        _precision = _prediction.Precision;
        model.Learn(_prediction.Plan, _order.Stages.Ended[^1].Seconds);
        return true;
    }

    /// <summary>Brings the maps back, measures, and writes the answer.</summary>
    public SegmentationOutcome Finish(CancellationToken cancellation)
    {
        var writer = Conclude(cancellation);
        using var writing = _order.Stages.Start("write");
        using var answer = _order.Answer();
        using var stream = new CancellableStream(answer, cancellation);
        writer.Write(_order.Output, stream);
        _metrics.Segmented(_voxels, _order.Model.Identifier);
        return new SegmentationOutcome(writer.Warnings, _order.Output.HasDicomSegmentation ? writer.SegEncoding : null, _precision);
    }

    private static T Taken<T>(ref T? left)
        where T : class
    {
        var taken = left!;
        left = null;
        return taken;
    }

    // A method of its own, so that the maps on the network's grid can be collected before the answer is made.
    private ResultWriter Conclude(CancellationToken cancellation)
    {
        var model = _order.Model.Package.Manifest;
        var result = _stages.Conclude(Taken(ref _prediction), Taken(ref _grid), cancellation);
        var dicom = DicomResultWriter.Of(_dicom, model, _now, _order.Query.Deidentify, _order.Query.SegEncoding);
        IReadOnlyList<Warning> warnings = [.. _warnings, .. result.Warnings, .. dicom?.WarningsOf(result.Segmentation) ?? []];
        // The scan's voxels are long collected: where they are in the answer, they are read again.
        var image = _order.WithImage || _order.Output == SegmentOutput.Image ? () => _order.Source.Read(cancellation).Volume : default(Func<Volume>);
        return new ResultWriter(model, _order.Query.Request, result, _geometry!, warnings, dicom, _shown, image, _order.Stages);
    }
}
