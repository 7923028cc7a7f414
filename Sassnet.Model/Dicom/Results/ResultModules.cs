using System.Globalization;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Series;

namespace Sassnet.Model.Dicom.Results;

/// <summary>The modules that results have in common (PS3.3 A.51, A.75, A.35.13, A.8.5): patient and study of the source, a new series and instance, the equipment, and what images have.</summary>
internal static class ResultModules
{
    public const string Manufacturer = "Sassnet";

    /// <summary>Characters that the value representation LO holds.</summary>
    public const int LongestText = 64;

    private const string NoSerialNumber = "0";

    /// <summary>Adds what every object has.</summary>
    /// <param name="result">The result.</param>
    /// <param name="source">What was segmented.</param>
    /// <param name="about">What made the result.</param>
    /// <param name="identity">What kind of object the result is, and which.</param>
    /// <param name="description">What its series is called.</param>
    public static void Add(DataSetBuilder result, DicomSource source, ResultDescription about, ResultObject identity, string description)
    {
        var first = source.Frames[0];
        var created = SourceZone.Of(source.Owner) is { } offset ? about.Created.ToOffset(offset) : about.Created;
        var (date, time) = (created.ToString("yyyyMMdd", CultureInfo.InvariantCulture), created.ToString("HHmmss", CultureInfo.InvariantCulture));
        CopiedAttributes.Copy(source.Owner, result, ResultCharacters.Of(source, about), about.Deidentify);
        result.Text(DicomTags.StudyInstanceUid, "UI", Repeated(first, DicomTags.StudyInstanceUid));

        result.Text(DicomTags.SopClassUid, "UI", identity.Kind.SopClass);
        result.Text(DicomTags.SopInstanceUid, "UI", identity.Instance);
        result.Text(DicomTags.SeriesInstanceUid, "UI", identity.Series);
        result.Text(DicomTags.SeriesNumber, "IS", identity.Kind.SeriesNumber);
        result.Text(DicomTags.InstanceNumber, "IS", "1");
        result.Text(DicomTags.Modality, "CS", identity.Kind.Modality ?? (first.File.DataSet.Text(DicomTags.Modality) is "CT" ? "CT" : "MR"));
        result.Text(DicomTags.SeriesDescription, "LO", Fitting(description, about));
        result.Text(new DicomTag(0x0008, 0x0021), "DA", date); // SeriesDate
        result.Text(new DicomTag(0x0008, 0x0031), "TM", time); // SeriesTime
        result.Text(new DicomTag(0x0008, 0x0023), "DA", date); // ContentDate
        result.Text(new DicomTag(0x0008, 0x0033), "TM", time); // ContentTime
        result.Text(new DicomTag(0x0008, 0x0070), "LO", Manufacturer);
        result.Text(new DicomTag(0x0008, 0x1090), "LO", about.ModelName); // ManufacturerModelName
        result.Text(new DicomTag(0x0018, 0x1000), "LO", NoSerialNumber); // DeviceSerialNumber
        result.Text(new DicomTag(0x0018, 0x1020), "LO", $@"{about.SoftwareVersion}\{about.ModelVersion}"); // SoftwareVersions
    }

    /// <summary>Adds what every image has: where it lies, what it was made of, and how large it is.</summary>
    /// <param name="result">The result.</param>
    /// <param name="source">What was segmented: planes, rows and columns.</param>
    /// <param name="photometric">What its pixels mean.</param>
    public static void AddImage(DataSetBuilder result, DicomSource source, string photometric = "MONOCHROME2")
    {
        var first = source.Frames[0];
        result.Text(DicomTags.FrameOfReferenceUid, "UI", Repeated(first, DicomTags.FrameOfReferenceUid));
        result.Short(DicomTags.SamplesPerPixel, photometric == "RGB" ? 3 : 1);
        result.Text(DicomTags.PhotometricInterpretation, "CS", photometric);
        result.Short(DicomTags.Rows, first.Layout.Rows);
        result.Short(DicomTags.Columns, first.Layout.Columns);
        AddLoss(result, source);
        AddReferencedSeries(result, source, first);
    }

    /// <summary>Adds what a result is, for people (PS3.3 table 10-12).</summary>
    public static void AddContent(DataSetBuilder result, ResultDescription about, string label, string description)
    {
        result.Text(new DicomTag(0x0070, 0x0080), "CS", label); // ContentLabel
        result.Text(new DicomTag(0x0070, 0x0081), "LO", Fitting(description, about)); // ContentDescription
        result.Text(new DicomTag(0x0070, 0x0084), "PN", string.Empty); // ContentCreatorName
    }

    /// <summary>An identifier that a result repeats; <see cref="ResultDescription.ObstacleOver"/> has seen that it is there.</summary>
    public static string Repeated(SliceFrame frame, DicomTag tag) => frame.File.DataSet.Text(tag)!;

    /// <summary>Writes a reference to an object.</summary>
    public static void Refer(DataSetBuilder item, string sopClass, string instance)
    {
        item.Text(new DicomTag(0x0008, 0x1150), "UI", sopClass); // ReferencedSOPClassUID
        item.Text(new DicomTag(0x0008, 0x1155), "UI", instance); // ReferencedSOPInstanceUID
    }

    /// <summary>Writes a reference to the file of a source's frame.</summary>
    public static void Refer(DataSetBuilder item, SliceFrame frame) => Refer(item, Repeated(frame, DicomTags.SopClassUid), Repeated(frame, DicomTags.SopInstanceUid));

    private static string Fitting(string description, ResultDescription about) => description.Length <= LongestText ? description : about.Subject;

    /// <summary>What was lost before the segmentation was made stays lost (PS3.3 C.7.6.1.1.5), in whichever frame; a file may also only be in a form that loses.</summary>
    private static void AddLoss(DataSetBuilder result, DicomSource source)
    {
        var lossy = source.Frames.FirstOrDefault(frame => frame.File.DataSet.Text(DicomTags.LossyImageCompression) == "01")
            ?? source.Frames.FirstOrDefault(frame => frame.File.TransferSyntax.IsLossy);
        result.Text(DicomTags.LossyImageCompression, "CS", lossy is null ? "00" : "01");
        if (lossy?.File.DataSet is not { } said)
            return;
        if (said.Contains(DicomTags.LossyImageCompressionRatio))
            result.Copy(DicomTags.LossyImageCompressionRatio, "DS", said.Value(DicomTags.LossyImageCompressionRatio));
        if (said.Contains(DicomTags.LossyImageCompressionMethod))
            result.Copy(DicomTags.LossyImageCompressionMethod, "CS", said.Value(DicomTags.LossyImageCompressionMethod));
    }

    private static void AddReferencedSeries(DataSetBuilder result, DicomSource source, SliceFrame first) => result.Sequence(new DicomTag(0x0008, 0x1115), series =>
    {
        series.Text(DicomTags.SeriesInstanceUid, "UI", Repeated(first, DicomTags.SeriesInstanceUid));
        series.Sequence(new DicomTag(0x0008, 0x114A), source.Frames.DistinctBy(frame => frame.File).Select(frame => (Action<DataSetBuilder>)(instance => Refer(instance, frame))));
    });
}
