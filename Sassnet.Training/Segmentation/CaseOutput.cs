namespace Sassnet.Training.Segmentation;

/// <summary>What <c>segment</c> can write of a case: its word and its file's name, those of the service.</summary>
/// <param name="Name">Its value of <c>--outputs</c>.</param>
/// <param name="FileName">Its file in the case's folder.</param>
/// <param name="Description">What is in it.</param>
internal sealed record CaseOutput(string Name, string FileName, string Description)
{
    public static readonly CaseOutput Segmentation = new("segmentation", "segmentation.nii.gz", "labels");

    public static readonly CaseOutput Sdm = new("sdm", "sdm.nii.gz", "the network's signed distance map in [-1, 1]");

    public static readonly CaseOutput Distance = new("distance", "distance.nii.gz", "the segmentation's exact signed distance in mm");

    public static readonly CaseOutput Probability = new("probability", "probability.nii.gz", "in [0, 1]");

    public static readonly CaseOutput Surface = new("surface", "surface.stl", "in RAS millimetres");

    public static readonly CaseOutput Preview = new("preview", "preview.png", "a picture of three planes and of the surface");

    public static readonly CaseOutput Image = new("image", "image.nii.gz", "the scan as it was read");

    public static readonly CaseOutput DicomSegmentation = new("dicom-seg", "segmentation.dcm", "a DICOM Segmentation object") { IsDicom = true };

    public static readonly CaseOutput DicomParametricMap = new("dicom-parametric-map", "distance.dcm", "the distance as a DICOM Parametric Map") { IsDicom = true };

    public static readonly CaseOutput DicomReport = new("dicom-sr", "measurements.dcm", "the figures as a DICOM Structured Report") { IsDicom = true };

    public static readonly CaseOutput DicomCapture = new("dicom-sc", "contours.dcm", "the scan with contours as a DICOM Secondary Capture") { IsDicom = true };

    /// <summary>Every output, in the order they are written.</summary>
    public static IReadOnlyList<CaseOutput> All { get; } =
        [Segmentation, Sdm, Distance, Probability, Surface, Preview, Image, DicomSegmentation, DicomParametricMap, DicomReport, DicomCapture];

    /// <summary>Whether it is made over a DICOM series only.</summary>
    public bool IsDicom { get; private init; }

    /// <summary>Whether it shows the scan itself in grey.</summary>
    public bool ShowsScan => this == Preview || this == DicomCapture;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
