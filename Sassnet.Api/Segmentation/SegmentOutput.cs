using Sassnet.Model.Results;

namespace Sassnet.Api.Segmentation;

/// <summary>What a segmentation can be answered with: its value in the query, the type and neutral name of its file.</summary>
internal sealed record SegmentOutput(ResultFile File, string MediaType, string Description)
{
    private const string Gzip = "application/gzip";
    private const string Dicom = "application/dicom";
    private const string Unknown = "application/octet-stream";

    public static readonly SegmentOutput Segmentation = new(ResultFile.Segmentation, Gzip, "uint8 labels");

    public static readonly SegmentOutput Sdm = new(ResultFile.Sdm, Gzip, "the network's signed distance map, float32 in [-1, 1], negative inside, 1 at constant borders, where nothing was imaged; of a model of several labels a volume for each along the fourth axis");

    public static readonly SegmentOutput Distance = new(ResultFile.Distance, Gzip, "the segmentation's exact signed distance, float32 in mm, negative inside, infinite where there is no boundary; of several labels as `sdm`");

    public static readonly SegmentOutput Probability = new(ResultFile.Probability, Gzip, "float32 in [0, 1]; of several labels as `sdm`");

    public static readonly SegmentOutput Surface = new(ResultFile.Surface, "model/stl", "the segmentation's surface, binary STL in RAS millimetres; of several labels those of all, each triangle with its label's value in the attribute bytes");

    public static readonly SegmentOutput Report = new(new ResultFile("report", "report.json"), "application/json", "figures about the segmentation");

    public static readonly SegmentOutput Preview = new(ResultFile.Preview, "image/png", "a picture of three planes through the segmentation, with its contours, and of its surface");

    public static readonly SegmentOutput Image = new(ResultFile.Image, Gzip, "the scan itself as it was read, float32: what lies under the other volumes, and for DICOM input the series as NIfTI");

    public static readonly SegmentOutput DicomSegmentation = new(ResultFile.DicomSegmentation, Dicom, "for DICOM input: a DICOM Segmentation object over it");

    public static readonly SegmentOutput DicomParametricMap = new(ResultFile.DicomParametricMap, Dicom, "for DICOM input: the distance in mm as a DICOM Parametric Map over it; of several labels the frames of each after those of the other");

    public static readonly SegmentOutput DicomReport = new(ResultFile.DicomReport, Dicom, "for DICOM input: volume, surface, longest diameter and inscribed radius as a DICOM Comprehensive 3D SR (TID 1500) that refers to the Segmentation object");

    public static readonly SegmentOutput DicomCapture = new(ResultFile.DicomCapture, Dicom, "for DICOM input: the scan with the contours burnt in, as a DICOM Multi-frame True Color Secondary Capture, for viewers that know nothing else");

    public static readonly SegmentOutput Archive = new(new ResultFile("all", "segmentation.zip"), "application/zip", "a zip of the others but `image`, and for DICOM input of the DICOM objects that can be made, with the warning `output-left-out` for one that cannot; a job keeps each of them and `image` by itself");

    /// <summary>Every output, the default first.</summary>
    public static IReadOnlyList<SegmentOutput> All { get; } =
        [Segmentation, Sdm, Distance, Probability, Surface, Report, Preview, Image, DicomSegmentation, DicomParametricMap, DicomReport, DicomCapture, Archive];

    /// <summary>The output of a name; for one that only another version of the service makes, whose jobs may be there after an upgrade that was taken back, a file of whatever kind.</summary>
    public static SegmentOutput Named(string name) => All.FirstOrDefault(output => output.Name == name) ?? new SegmentOutput(new ResultFile(name, name), Unknown, string.Empty);

    /// <summary>Its value in the query.</summary>
    public string Name => File.Name;

    /// <summary>Its file's name.</summary>
    public string FileName => File.FileName;

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
