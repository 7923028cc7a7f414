namespace Sassnet.Api.Segmentation;

/// <summary>What a segmentation can be answered with: its value in the query, the type and neutral name of its file.</summary>
internal sealed record SegmentOutput(string Name, string MediaType, string FileName, string Description)
{
    private const string Gzip = "application/gzip";
    private const string Dicom = "application/dicom";

    public static readonly SegmentOutput Segmentation = new("segmentation", Gzip, "segmentation.nii.gz", "uint8 labels");

    public static readonly SegmentOutput Sdm = new("sdm", Gzip, "sdm.nii.gz", "the network's signed distance map, float32 in [-1, 1], negative inside, 1 at constant borders, where nothing was imaged");

    public static readonly SegmentOutput Distance = new("distance", Gzip, "distance.nii.gz", "the segmentation's exact signed distance, float32 in mm, negative inside, infinite where there is no boundary");

    public static readonly SegmentOutput Probability = new("probability", Gzip, "probability.nii.gz", "float32 in [0, 1]");

    public static readonly SegmentOutput Surface = new("surface", "model/stl", "surface.stl", "the segmentation's surface, binary STL in RAS millimetres");

    public static readonly SegmentOutput Report = new("report", "application/json", "report.json", "figures about the segmentation");

    public static readonly SegmentOutput DicomSegmentation = new("dicom-seg", Dicom, "segmentation.dcm", "for DICOM input: a DICOM Segmentation object over it");

    public static readonly SegmentOutput DicomParametricMap = new("dicom-parametric-map", Dicom, "distance.dcm", "for DICOM input: the distance in mm as a DICOM Parametric Map over it");

    public static readonly SegmentOutput Archive = new("all", "application/zip", "segmentation.zip", "a zip of the six others, and for DICOM input of the two DICOM objects that can be made");

    /// <summary>Every output, the default first.</summary>
    public static IReadOnlyList<SegmentOutput> All { get; } =
        [Segmentation, Sdm, Distance, Probability, Surface, Report, DicomSegmentation, DicomParametricMap, Archive];

    /// <summary>Whether it is made over a DICOM input only.</summary>
    public bool IsDicom => MediaType == Dicom;

    /// <summary>The outputs that go into <see cref="Archive"/> for every input.</summary>
    public static IReadOnlyList<SegmentOutput> Single { get; } = [Segmentation, Sdm, Distance, Probability, Surface, Report];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
