namespace Sassnet.Api.Segmentation;

/// <summary>What a segmentation can be answered with: its value in the query, the type and neutral name of its file.</summary>
internal sealed record SegmentOutput(string Name, string MediaType, string FileName, string Description)
{
    private const string Gzip = "application/gzip";
    private const string Dicom = "application/dicom";

    public static readonly SegmentOutput Segmentation = new("segmentation", Gzip, "segmentation.nii.gz", "uint8 labels");

    public static readonly SegmentOutput Sdm = new("sdm", Gzip, "sdm.nii.gz", "the network's signed distance map, float32 in [-1, 1], negative inside, 1 at constant borders, where nothing was imaged; of a model of several labels a volume for each along the fourth axis");

    public static readonly SegmentOutput Distance = new("distance", Gzip, "distance.nii.gz", "the segmentation's exact signed distance, float32 in mm, negative inside, infinite where there is no boundary; of several labels as `sdm`");

    public static readonly SegmentOutput Probability = new("probability", Gzip, "probability.nii.gz", "float32 in [0, 1]; of several labels as `sdm`");

    public static readonly SegmentOutput Surface = new("surface", "model/stl", "surface.stl", "the segmentation's surface, binary STL in RAS millimetres; of several labels those of all, each triangle with its label's value in the attribute bytes");

    public static readonly SegmentOutput Report = new("report", "application/json", "report.json", "figures about the segmentation");

    public static readonly SegmentOutput Preview = new("preview", "image/png", "preview.png", "a picture of three planes through the segmentation, with its contours, and of its surface");

    public static readonly SegmentOutput Image = new("image", Gzip, "image.nii.gz", "the scan itself as it was read, float32: what lies under the other volumes, and for DICOM input the series as NIfTI");

    public static readonly SegmentOutput DicomSegmentation = new("dicom-seg", Dicom, "segmentation.dcm", "for DICOM input: a DICOM Segmentation object over it");

    public static readonly SegmentOutput DicomParametricMap = new("dicom-parametric-map", Dicom, "distance.dcm", "for DICOM input: the distance in mm as a DICOM Parametric Map over it; of several labels the frames of each after those of the other");

    public static readonly SegmentOutput DicomReport = new("dicom-sr", Dicom, "measurements.dcm", "for DICOM input: volume, surface, longest diameter and inscribed radius as a DICOM Comprehensive 3D SR (TID 1500) that refers to the Segmentation object");

    public static readonly SegmentOutput DicomCapture = new("dicom-sc", Dicom, "contours.dcm", "for DICOM input: the scan with the contours burnt in, as a DICOM Multi-frame True Color Secondary Capture, for viewers that know nothing else");

    public static readonly SegmentOutput Archive = new("all", "application/zip", "segmentation.zip", "a zip of the others but `image`, and for DICOM input of the DICOM objects that can be made; a job keeps each of them and `image` by itself");

    /// <summary>Every output, the default first.</summary>
    public static IReadOnlyList<SegmentOutput> All { get; } =
        [Segmentation, Sdm, Distance, Probability, Surface, Report, Preview, Image, DicomSegmentation, DicomParametricMap, DicomReport, DicomCapture, Archive];

    /// <summary>Whether it is made over a DICOM input only.</summary>
    public bool IsDicom => MediaType == Dicom;

    /// <summary>The outputs that go into <see cref="Archive"/> for every input.</summary>
    public static IReadOnlyList<SegmentOutput> Single { get; } = [Segmentation, Sdm, Distance, Probability, Surface, Report, Preview, Image];

    /// <summary>Whether it shows the scan itself.</summary>
    public bool ShowsScan => this == Preview || this == DicomCapture || this == Archive;

    /// <summary>Whether a DICOM Segmentation object is in it.</summary>
    public bool HasDicomSegmentation => this == DicomSegmentation || this == Archive;

    /// <summary>How a browser is to take its file: what it can show it shows, and so does the page of the interface.</summary>
    public string Disposition => $"{(this == Report || this == Preview ? "inline" : "attachment")}; filename={FileName}";

    /// <inheritdoc/>
    public override string ToString() => Name;
}
