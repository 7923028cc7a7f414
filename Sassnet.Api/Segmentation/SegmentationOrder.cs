using Sassnet.Api.Models;
using Sassnet.Api.Scheduling;
using Sassnet.Api.Telemetry;
using Sassnet.Api.Uploads;
using Sassnet.Model.Inference.Precisions;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Segmentation;

/// <summary>One segmentation that is to be done, whoever asks for it.</summary>
/// <param name="Model">What it is done with; whoever orders holds the lease until it is done.</param>
/// <param name="Query">How.</param>
/// <param name="Output">What the answer is.</param>
/// <param name="Source">The volume's files.</param>
/// <param name="Answer">Opens where the answer goes, once it is there to be written; it is closed when it is whole.</param>
/// <param name="Stages">Told how long each stage takes.</param>
/// <param name="Flow">Who asks.</param>
/// <param name="Priority">Whether someone waits on an open connection.</param>
/// <param name="Progress">Told the share of the windows that are done, above 0 to 1, on the device's thread; null for nobody.</param>
/// <param name="WithImage">Whether all outputs together have the scan itself too: for who fetches each by itself, and not for a zip.</param>
internal sealed record SegmentationOrder(
    ServedModel Model,
    SegmentQuery Query,
    SegmentOutput Output,
    VolumeSource Source,
    Func<Stream> Answer,
    StageTimings Stages,
    Flow Flow,
    Priority Priority,
    IProgress<double>? Progress = null,
    bool WithImage = false);

/// <summary>What there is to say of a segmentation that is done.</summary>
/// <param name="Warnings">What is odd about the volume or what was found.</param>
/// <param name="SegEncoding">How the DICOM Segmentation object in the answer is stored; null where there is none.</param>
/// <param name="Precision">The number format of the network.</param>
internal sealed record SegmentationOutcome(IReadOnlyList<Warning> Warnings, string? SegEncoding, Precision Precision);
