namespace Sassnet.Model.Dicom.DataSets;

/// <summary>The attributes this library reads (PS3.6); a reader walks over all others without keeping them.</summary>
public static class DicomTags
{
    /// <summary>How the data set is encoded.</summary>
    public static readonly DicomTag TransferSyntaxUid = new(0x0002, 0x0010);

    /// <summary>How texts are written.</summary>
    public static readonly DicomTag SpecificCharacterSet = new(0x0008, 0x0005);

    /// <summary>ORIGINAL or DERIVED, PRIMARY or SECONDARY, then what the image is.</summary>
    public static readonly DicomTag ImageType = new(0x0008, 0x0008);

    /// <summary>What kind of object it is.</summary>
    public static readonly DicomTag SopClassUid = new(0x0008, 0x0016);

    /// <summary>Which object it is.</summary>
    public static readonly DicomTag SopInstanceUid = new(0x0008, 0x0018);

    /// <summary>MR, CT and so on.</summary>
    public static readonly DicomTag Modality = new(0x0008, 0x0060);

    /// <summary>What the series is called, by people.</summary>
    public static readonly DicomTag SeriesDescription = new(0x0008, 0x103E);

    /// <summary>How thick a slice is, in millimetres.</summary>
    public static readonly DicomTag SliceThickness = new(0x0018, 0x0050);

    /// <summary>From the middle of a slice to that of the next, in millimetres.</summary>
    public static readonly DicomTag SpacingBetweenSlices = new(0x0018, 0x0088);

    /// <summary>Which study it belongs to.</summary>
    public static readonly DicomTag StudyInstanceUid = new(0x0020, 0x000D);

    /// <summary>Which series it belongs to.</summary>
    public static readonly DicomTag SeriesInstanceUid = new(0x0020, 0x000E);

    /// <summary>The series' number in its study.</summary>
    public static readonly DicomTag SeriesNumber = new(0x0020, 0x0011);

    /// <summary>Which image of the series it is.</summary>
    public static readonly DicomTag InstanceNumber = new(0x0020, 0x0013);

    /// <summary>How many images the acquisition has.</summary>
    public static readonly DicomTag ImagesInAcquisition = new(0x0020, 0x1002);

    /// <summary>How many objects the series has in the archive that sent it.</summary>
    public static readonly DicomTag NumberOfSeriesRelatedInstances = new(0x0020, 0x1209);

    /// <summary>The centre of the first pixel in LPS millimetres.</summary>
    public static readonly DicomTag ImagePositionPatient = new(0x0020, 0x0032);

    /// <summary>The directions of a row and of a column in LPS.</summary>
    public static readonly DicomTag ImageOrientationPatient = new(0x0020, 0x0037);

    /// <summary>Which frame its positions are in.</summary>
    public static readonly DicomTag FrameOfReferenceUid = new(0x0020, 0x0052);

    /// <summary>Holds the position of a frame.</summary>
    public static readonly DicomTag PlanePositionSequence = new(0x0020, 0x9113);

    /// <summary>Holds the orientation of a frame.</summary>
    public static readonly DicomTag PlaneOrientationSequence = new(0x0020, 0x9116);

    /// <summary>Values in a pixel; 1 for a scalar image.</summary>
    public static readonly DicomTag SamplesPerPixel = new(0x0028, 0x0002);

    /// <summary>What the values mean.</summary>
    public static readonly DicomTag PhotometricInterpretation = new(0x0028, 0x0004);

    /// <summary>Frames in the file; 1 where absent.</summary>
    public static readonly DicomTag NumberOfFrames = new(0x0028, 0x0008);

    /// <summary>Pixels in a column.</summary>
    public static readonly DicomTag Rows = new(0x0028, 0x0010);

    /// <summary>Pixels in a row.</summary>
    public static readonly DicomTag Columns = new(0x0028, 0x0011);

    /// <summary>The steps between rows and between columns in millimetres.</summary>
    public static readonly DicomTag PixelSpacing = new(0x0028, 0x0030);

    /// <summary>Bits a pixel takes in the file.</summary>
    public static readonly DicomTag BitsAllocated = new(0x0028, 0x0100);

    /// <summary>Bits that count.</summary>
    public static readonly DicomTag BitsStored = new(0x0028, 0x0101);

    /// <summary>The highest bit that counts.</summary>
    public static readonly DicomTag HighBit = new(0x0028, 0x0102);

    /// <summary>0 unsigned, 1 signed.</summary>
    public static readonly DicomTag PixelRepresentation = new(0x0028, 0x0103);

    /// <summary>Whether the pixels themselves name the patient: YES or NO.</summary>
    public static readonly DicomTag BurnedInAnnotation = new(0x0028, 0x0301);

    /// <summary>Added after scaling.</summary>
    public static readonly DicomTag RescaleIntercept = new(0x0028, 0x1052);

    /// <summary>The factor of the stored values.</summary>
    public static readonly DicomTag RescaleSlope = new(0x0028, 0x1053);

    /// <summary>Whether the image ever lost something by compression: 00 or 01.</summary>
    public static readonly DicomTag LossyImageCompression = new(0x0028, 0x2110);

    /// <summary>How much smaller compressions with loss made it.</summary>
    public static readonly DicomTag LossyImageCompressionRatio = new(0x0028, 0x2112);

    /// <summary>Which compressions with loss it went through.</summary>
    public static readonly DicomTag LossyImageCompressionMethod = new(0x0028, 0x2114);

    /// <summary>A table in place of slope and intercept.</summary>
    public static readonly DicomTag ModalityLutSequence = new(0x0028, 0x3000);

    /// <summary>Holds the spacing of a frame.</summary>
    public static readonly DicomTag PixelMeasuresSequence = new(0x0028, 0x9110);

    /// <summary>Holds the slope and intercept of a frame.</summary>
    public static readonly DicomTag PixelValueTransformationSequence = new(0x0028, 0x9145);

    /// <summary>What holds for every frame of a file.</summary>
    public static readonly DicomTag SharedFunctionalGroupsSequence = new(0x5200, 0x9229);

    /// <summary>One item for each frame of a file.</summary>
    public static readonly DicomTag PerFrameFunctionalGroupsSequence = new(0x5200, 0x9230);

    /// <summary>The pixels.</summary>
    public static readonly DicomTag PixelData = new(0x7FE0, 0x0010);

    internal static readonly DicomTag Item = new(0xFFFE, 0xE000);
    internal static readonly DicomTag ItemDelimitation = new(0xFFFE, 0xE00D);
    internal static readonly DicomTag SequenceDelimitation = new(0xFFFE, 0xE0DD);

    // Before the values, which it is part of. What is in it only goes into results and messages, or confirms what is known without it.
    private static readonly HashSet<DicomTag> NotNeeded =
    [
        SeriesDescription, SeriesNumber, InstanceNumber, ImagesInAcquisition, NumberOfSeriesRelatedInstances, SliceThickness, SpacingBetweenSlices, BurnedInAnnotation, LossyImageCompressionRatio, LossyImageCompressionMethod,
        .. PatientStudyAttributes.All.Select(attribute => attribute.Tag),
    ];

    private static readonly HashSet<DicomTag> Values =
    [
        TransferSyntaxUid, ImageType, SopClassUid, SopInstanceUid, Modality, StudyInstanceUid, SeriesInstanceUid, FrameOfReferenceUid, ImagePositionPatient, ImageOrientationPatient, SamplesPerPixel,
        PhotometricInterpretation, NumberOfFrames, Rows, Columns, PixelSpacing, BitsAllocated, BitsStored, HighBit, PixelRepresentation,
        RescaleIntercept, RescaleSlope, LossyImageCompression,
        .. NotNeeded,
    ];

    private static readonly HashSet<DicomTag> Sequences =
    [
        PlanePositionSequence, PlaneOrientationSequence, ModalityLutSequence, PixelMeasuresSequence, PixelValueTransformationSequence,
        SharedFunctionalGroupsSequence, PerFrameFunctionalGroupsSequence,
    ];

    /// <summary>Whether a value of this name is kept.</summary>
    internal static bool IsKept(DicomTag tag) => Values.Contains(tag);

    /// <summary>Whether a file is read as well without this value.</summary>
    internal static bool IsNotNeeded(DicomTag tag) => NotNeeded.Contains(tag);

    /// <summary>Whether this is a sequence whose items are kept; needed where the file does not say what is a sequence.</summary>
    internal static bool IsKeptSequence(DicomTag tag) => Sequences.Contains(tag);
}
