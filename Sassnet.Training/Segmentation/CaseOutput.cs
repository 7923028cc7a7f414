using Sassnet.Model.Results;

namespace Sassnet.Training.Segmentation;

/// <summary>What <c>segment</c> can write of a case, by the service's words and in files of its names.</summary>
/// <param name="File">Its value of <c>--outputs</c>, and its file in the case's folder.</param>
/// <param name="Description">What is in it.</param>
internal sealed record CaseOutput(ResultFile File, string Description)
{
    public static readonly CaseOutput Segmentation = new(ResultFile.Segmentation, "labels");

    public static readonly CaseOutput Sdm = new(ResultFile.Sdm, "the network's signed distance map in [-1, 1]");

    public static readonly CaseOutput Distance = new(ResultFile.Distance, "the segmentation's exact signed distance in mm");

    public static readonly CaseOutput Probability = new(ResultFile.Probability, "in [0, 1]");

    public static readonly CaseOutput Surface = new(ResultFile.Surface, "in RAS millimetres");

    public static readonly CaseOutput Preview = new(ResultFile.Preview, "a picture of three planes and of the surface");

    public static readonly CaseOutput Image = new(ResultFile.Image, "the scan as it was read");

    public static readonly CaseOutput DicomSegmentation = new(ResultFile.DicomSegmentation, "a DICOM Segmentation object") { IsDicom = true };

    public static readonly CaseOutput DicomParametricMap = new(ResultFile.DicomParametricMap, "the distance as a DICOM Parametric Map") { IsDicom = true };

    public static readonly CaseOutput DicomReport = new(ResultFile.DicomReport, "the figures as a DICOM Structured Report") { IsDicom = true };

    public static readonly CaseOutput DicomCapture = new(ResultFile.DicomCapture, "the scan with contours as a DICOM Secondary Capture") { IsDicom = true };

    /// <summary>Every output, in the order they are written.</summary>
    public static IReadOnlyList<CaseOutput> All { get; } =
        [Segmentation, Sdm, Distance, Probability, Surface, Preview, Image, DicomSegmentation, DicomParametricMap, DicomReport, DicomCapture];

    /// <summary>Those of some names, in the order they are written; names of none are passed over.</summary>
    public static IReadOnlyList<CaseOutput> Named(IReadOnlyCollection<string> names) => [.. All.Where(output => names.Contains(output.Name))];

    /// <summary>Its value of <c>--outputs</c>.</summary>
    public string Name => File.Name;

    /// <summary>Its file in the case's folder.</summary>
    public string FileName => File.FileName;

    /// <summary>Whether it is made over a DICOM series only.</summary>
    public bool IsDicom { get; private init; }

    /// <summary>Whether it shows the scan itself in grey.</summary>
    public bool ShowsScan => this == Preview || this == DicomCapture;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
