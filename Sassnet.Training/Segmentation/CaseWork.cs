using System.Diagnostics;
using System.Globalization;
using Sassnet.Model.Dicom.Results;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Nifti;
using Sassnet.Model.Packages;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Preprocessing;
using Sassnet.Model.Results;
using Sassnet.Model.Volumes;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Segmentation;

/// <summary>
/// One case's way: <see cref="Read"/> → <see cref="Infer"/> → <see cref="Finish"/>, each called once, on whichever thread. What is wrong with the case ends its way
/// and becomes its row; what is wrong with the output folder is thrown.
/// </summary>
/// <param name="raw">Where the scan is.</param>
/// <param name="identity">What its result depends on; of its files only until they are read, since they may change before it is their turn.</param>
/// <param name="model">What the package says of itself.</param>
/// <param name="request">What to make of the scan.</param>
/// <param name="outputs">What to write.</param>
internal sealed class CaseWork(RawCase raw, CaseIdentity identity, ModelManifest model, SegmentationRequest request, IReadOnlyList<CaseOutput> outputs)
{
    private readonly SegmentationStages _stages = new(model, request);
    private CaseIdentity _identity = identity;
    private PreparedScan? _scan;
    private ModelGrid? _grid;
    private Prediction? _prediction;
    private NiftiGeometry? _geometry;
    private DicomSource? _dicom;
    private GreyVolume? _shown;
    private IReadOnlyList<Warning> _warnings = [];
    private double _seconds;
    private string? _error = raw.Fault;
    private bool _isUnread;

    /// <summary>The case's name.</summary>
    public string Name => raw.Name;

    /// <summary>Reads the scan and brings it to the model's grid.</summary>
    public CaseWork Read(CancellationToken cancellation)
    {
        Try(() =>
        {
            // Before the files are read: what changes meanwhile is a difference then, to the image that is asked for and to the next run.
            _identity = _identity.AsNow(raw);
            var file = RawVolume.Read(raw.Image!, cancellation);
            (_geometry, _dicom, _warnings) = (file.Geometry, file.Dicom, file.Warnings);
            if (outputs.FirstOrDefault(output => output.IsDicom) is { } dicom)
                CaseDicom.Of(_dicom, model, DateTimeOffset.Now, dicom);
            _shown = outputs.Any(output => output.ShowsScan) ? GreyVolume.Of(file.Volume, file.Dicom is { IsInverted: true }) : null;
            _scan = _stages.Prepare(file.Volume, cancellation);
            _grid = _scan.Grid;
        });
        return this;
    }

    /// <summary>Leads the network over the scan.</summary>
    public void Infer(LoadedModel network, CancellationToken cancellation) => Try(() =>
    {
        _prediction = _stages.Infer(network, _scan!, progress: null, cancellation);
        _scan = null;
    });

    /// <summary>Brings the maps back, writes what is asked for, and says what the report is to have.</summary>
    /// <exception cref="IOException">The output folder cannot be written to.</exception>
    public ReportRow Finish(OutputFolder folder)
    {
        SegmentationResult? result = null;
        Volume? image = null;
        Try(() => (result, image) = Conclude(), isReading: false);

        // What is there of another model or other options goes only now that there is something to take its place.
        CaseFigures? figures = null;
        if (_error is null)
        {
            folder.Prepare(Name, _identity);
            Try(() => figures = Write(folder, result!, image), isReading: false);
        }

        if (_error is null)
            return new ReportRow(Name, _identity, figures! with { Seconds = _seconds }, folder.MadeHere(Name), "");

        // A result is no worse for what could not be added to it or put in its place, unless the scan is another now: one that cannot be read is not known to be.
        if (folder.Report.Find(Name) is { Found: not null } made && (_isUnread || !_identity.HasOtherFilesThan(made.Identity)))
            return made with { Outputs = folder.MadeHere(Name), Error = _error };
        folder.Prepare(Name, _identity);
        return new ReportRow(Name, _identity, null, [], _error);
    }

    // All of it that the scan can still fail for.
    private (SegmentationResult Result, Volume? Image) Conclude()
    {
        // What was read is worth its end, even where the run is to stop.
        var result = _stages.Conclude(_prediction!, _grid!, CancellationToken.None);
        _prediction = null;
        return (result, outputs.Contains(CaseOutput.Image) ? ReadAgain() : null);
    }

    private CaseFigures Write(OutputFolder folder, SegmentationResult result, Volume? image)
    {
        var forms = new CaseResult(model, request.Threshold, result, _geometry!, _shown, image);
        var left = new List<Warning>();
        folder.Begin(Name);
        foreach (var output in outputs)
        {
            if (output == CaseOutput.DicomParametricMap && DicomParametricMap.ObstacleOf(forms.Forms.Distances) is { } obstacle)
                left.Add(OutputLeftOut.Because($"{output} was not written: {obstacle}"));
            else if (output.IsDicom)
                folder.Write(Name, output, stream => CaseDicom.Of(_dicom, model, DateTimeOffset.Now, output).Write(output, stream, forms));
            else
                folder.Write(Name, output, stream => forms.Write(output, stream));
        }

        var found = result.Measurements;
        IReadOnlyList<Warning> warnings = [.. _warnings, .. result.Warnings, .. left];
        return new CaseFigures(
            found.Sum(label => label.VolumeMl),
            found.Count == 1 ? "" : string.Join("; ", found.Zip(model.Labels, (label, told) => string.Create(CultureInfo.InvariantCulture, $"{told.Name}: {label.VolumeMl:F3}"))),
            found.Sum(label => label.Voxels),
            result.HeadAgreement,
            Warning.Slugs(warnings),
            string.Join(' ', warnings.Select(warning => warning.Sentence)),
            result.Mode.Word(),
            Seconds: 0,
            result.InferenceSeconds);
    }

    // The scan's fault, not the output folder's: it may be gone by now, or another, which the segmentation would not lie on.
    private Volume ReadAgain()
    {
        try
        {
            var volume = RawVolume.Read(raw.Image!, CancellationToken.None).Volume;
            return _identity.IsStill(raw)
                ? volume
                : throw new InvalidVolumeException(InvalidVolumeKind.NotServable, "changed", "The scan was changed while it was segmented. Segment it again.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidVolumeException(
                InvalidVolumeKind.NotServable, "unreadable", $"The scan could be read to segment it, but not once more for {CaseOutput.Image}: {failure.Message}", failure);
        }
    }

    private void Try(Action stage, bool isReading = true)
    {
        if (_error is not null)
            return;
        var start = Stopwatch.GetTimestamp();
        try
        {
            stage();
        }
        catch (Exception failure) when (failure is InvalidVolumeException or DeviceOutOfMemoryException || (isReading && failure is IOException or UnauthorizedAccessException))
        {
            (_error, _isUnread) = (failure.Message, failure is IOException or UnauthorizedAccessException);
        }
        catch (Exception failure) when (DeviceOutOfMemoryException.IsMeantBy(failure))
        {
            _error = "There is not enough memory for this scan; a smaller one needs less.";
        }

        _seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
