namespace Sassnet.Model.Results;

/// <summary>A form in which a result is written: its word in queries and options, and the name of its file, which says nothing of the patient.</summary>
/// <param name="Name">Such as <c>dicom-seg</c>.</param>
/// <param name="FileName">Such as <c>segmentation.dcm</c>.</param>
public sealed record ResultFile(string Name, string FileName)
{
    /// <summary>The labels.</summary>
    public static readonly ResultFile Segmentation = new("segmentation", "segmentation.nii.gz");

    /// <summary>The network's signed distance map.</summary>
    public static readonly ResultFile Sdm = new("sdm", "sdm.nii.gz");

    /// <summary>The segmentation's exact signed distance in millimetres.</summary>
    public static readonly ResultFile Distance = new("distance", "distance.nii.gz");

    /// <summary>The probability.</summary>
    public static readonly ResultFile Probability = new("probability", "probability.nii.gz");

    /// <summary>The surface.</summary>
    public static readonly ResultFile Surface = new("surface", "surface.stl");

    /// <summary>A picture of planes and surface.</summary>
    public static readonly ResultFile Preview = new("preview", "preview.png");

    /// <summary>The scan as it was read.</summary>
    public static readonly ResultFile Image = new("image", "image.nii.gz");

    /// <summary>A DICOM Segmentation object.</summary>
    public static readonly ResultFile DicomSegmentation = new("dicom-seg", "segmentation.dcm");

    /// <summary>The distance as a DICOM Parametric Map.</summary>
    public static readonly ResultFile DicomParametricMap = new("dicom-parametric-map", "distance.dcm");

    /// <summary>The figures as a DICOM Structured Report.</summary>
    public static readonly ResultFile DicomReport = new("dicom-sr", "measurements.dcm");

    /// <summary>The scan with contours as a DICOM Secondary Capture.</summary>
    public static readonly ResultFile DicomCapture = new("dicom-sc", "contours.dcm");
}
