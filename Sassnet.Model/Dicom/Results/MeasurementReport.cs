using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Packages;

namespace Sassnet.Model.Dicom.Results;

/// <summary>The tree of a measurement report (PS3.16 TID 1500), one group of measurements (TID 1411) for each segment.</summary>
/// <param name="source">What was segmented.</param>
/// <param name="about">What segmented it.</param>
/// <param name="identifiers">The result's.</param>
/// <param name="segmentation">The segmentation object that was measured.</param>
internal sealed class MeasurementReport(DicomSource source, ResultDescription about, ResultIdentifiers identifiers, ResultObject segmentation)
{
    /// <summary>The scheme of the codes that no standard has.</summary>
    public const string OwnScheme = "99SASSNET";

    private static readonly Code English = new("en", "RFC5646", "English");
    private static readonly Code Device = Dcm("121007", "Device");
    private static readonly Code SquareMillimetre = new("mm2", "UCUM", "square millimeter");
    private static readonly Code CubicCentimetre = new("cm3", "UCUM", "cubic centimeter");
    private static readonly Code Millimetre = new("mm", "UCUM", "millimeter");
    private static readonly Code InscribedRadius = new("inscribed-radius", OwnScheme, "Radius of the largest inscribed sphere");

    /// <summary>The root.</summary>
    /// <param name="measured">The measurements of each segment, in the order of the labels.</param>
    public ContentItem Root(IReadOnlyList<SegmentMeasurement> measured) => ContentItem.Container(
        Dcm("126000", "Imaging Measurement Report"),
        "1500",
        [
            ContentItem.OfCode(ContentItem.HasConceptModifier, Dcm("121049", "Language of Content Item and Descendants"), English),
            .. Observer(),
            ContentItem.OfCode(ContentItem.HasConceptModifier, Dcm("121058", "Procedure reported"), new Code("363679005", "SCT", "Imaging procedure")),
            ImageLibrary(),
            ContentItem.Container(Dcm("126010", "Imaging Measurements"), null, [.. measured.Select((figures, index) => Group(index + 1, about.Labels[index], figures))]),
        ]);

    private static Code Dcm(string value, string meaning) => new(value, "DCM", meaning);

    /// <summary>The software that observed (TID 1002, 1004).</summary>
    private IEnumerable<ContentItem> Observer() =>
    [
        ContentItem.OfCode(ContentItem.HasObservationContext, Dcm("121005", "Observer Type"), Device),
        ContentItem.OfUid(ContentItem.HasObservationContext, Dcm("121012", "Device Observer UID"), DicomUid.Implementation),
        ContentItem.OfText(ContentItem.HasObservationContext, Dcm("121013", "Device Observer Name"), $"{about.ModelName} {about.ModelVersion}"),
        ContentItem.OfText(ContentItem.HasObservationContext, Dcm("121014", "Device Observer Manufacturer"), ResultModules.Manufacturer),
        ContentItem.OfText(ContentItem.HasObservationContext, Dcm("121015", "Device Observer Model Name"), about.ModelName),
    ];

    /// <summary>The images that were segmented (TID 1600).</summary>
    private ContentItem ImageLibrary()
    {
        var modality = source.Frames[0].File.DataSet.Text(DicomTags.Modality) is "CT" ? Dcm("CT", "Computed Tomography") : Dcm("MR", "Magnetic Resonance");
        return ContentItem.Container(Dcm("111028", "Image Library"), null, ContentItem.Container(
            Dcm("126200", "Image Library Group"),
            null,
            [
                ContentItem.OfCode(ContentItem.HasAcquisitionContext, Dcm("121139", "Modality"), modality),
                .. source.Frames.DistinctBy(frame => frame.File).Select(frame => ContentItem.OfImage(null, reference => ResultModules.Refer(reference, frame))),
            ]));
    }

    private ContentItem Group(int segment, Label label, SegmentMeasurement measured)
    {
        var tracking = DicomSegmentation.TrackingOf(label, identifiers);
        List<ContentItem> items =
        [
            ContentItem.OfText(ContentItem.HasObservationContext, Dcm("112039", "Tracking Identifier"), tracking.Text),
            ContentItem.OfUid(ContentItem.HasObservationContext, Dcm("112040", "Tracking Unique Identifier"), tracking.Uid),
            ContentItem.OfCode(ContentItem.Contains, new Code("276214006", "SCT", "Finding category"), Code.AnatomicalStructure),
            ContentItem.OfCode(ContentItem.Contains, Dcm("121071", "Finding"), Code.Of(label)),
            ContentItem.OfImage(Dcm("121191", "Referenced Segment"), reference =>
            {
                ResultModules.Refer(reference, segmentation.Kind.SopClass, segmentation.Instance);
                reference.Short(new DicomTag(0x0062, 0x000B), segment); // ReferencedSegmentNumber
            }),
            ContentItem.OfUid(ContentItem.Contains, Dcm("121232", "Source series for segmentation"), ResultModules.Repeated(source.Frames[0], DicomTags.SeriesInstanceUid)),
            ContentItem.OfText(ContentItem.HasConceptModifier, Dcm("111001", "Algorithm Name"), about.ModelName),
            ContentItem.OfText(ContentItem.HasConceptModifier, Dcm("111003", "Algorithm Version"), about.ModelVersion),
            ContentItem.OfNumber(new Code("118565006", "SCT", "Volume"), measured.VolumeMl, CubicCentimetre),
            ContentItem.OfNumber(new Code("C0JK", "IBSI", "Surface Area of Mesh"), measured.SurfaceAreaMm2, SquareMillimetre),
            ContentItem.OfNumber(new Code("L0JK", "IBSI", "Maximum 3D Diameter of Mesh"), measured.LongestDiameterMm, Millimetre),
        ];
        if (measured.InscribedRadiusMm is { } radius)
            items.Add(ContentItem.OfNumber(InscribedRadius, radius, Millimetre));
        return ContentItem.Container(Dcm("125007", "Measurement Group"), "1411", items);
    }
}
