using System.Globalization;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Pixels;
using Sassnet.Model.Dicom.Series;

namespace Sassnet.Model.Dicom.Results;

/// <summary>The modules that every result has (PS3.3 A.51, A.75): patient and study of the source, a new series and instance, the equipment, the source's frame of reference.</summary>
internal static class ResultModules
{
    private const string Manufacturer = "Sassnet";
    private const string NoSerialNumber = "0";
    private const int LongestText = 64;

    /// <summary>Adds them.</summary>
    /// <param name="result">The result.</param>
    /// <param name="source">What was segmented.</param>
    /// <param name="about">What made the result.</param>
    /// <param name="sopClass">What kind of object the result is.</param>
    /// <param name="instance">Its identifier.</param>
    /// <param name="modality">Its modality.</param>
    /// <param name="seriesNumber">The number of its series.</param>
    /// <param name="description">What its series is called.</param>
    public static void Add(
        DataSetBuilder result,
        DicomSource source,
        ResultDescription about,
        string sopClass,
        string instance,
        string modality,
        string seriesNumber,
        string description)
    {
        var first = source.Frames[0];
        var (date, time) = (about.Created.ToString("yyyyMMdd", CultureInfo.InvariantCulture), about.Created.ToString("HHmmss", CultureInfo.InvariantCulture));
        var name = description.Length <= LongestText ? description : about.Label.Name;
        CopiedAttributes.Copy(first.File.DataSet, result, ResultCharacters.Of(source, about), about.Deidentify);
        result.Text(DicomTags.StudyInstanceUid, "UI", Repeated(first, DicomTags.StudyInstanceUid));
        result.Text(DicomTags.FrameOfReferenceUid, "UI", Repeated(first, DicomTags.FrameOfReferenceUid));

        result.Text(DicomTags.SopClassUid, "UI", sopClass);
        result.Text(DicomTags.SopInstanceUid, "UI", instance);
        result.Text(DicomTags.SeriesInstanceUid, "UI", DicomUid.New());
        result.Text(DicomTags.SeriesNumber, "IS", seriesNumber);
        result.Text(new DicomTag(0x0020, 0x0013), "IS", "1"); // InstanceNumber
        result.Text(DicomTags.Modality, "CS", modality);
        result.Text(DicomTags.SeriesDescription, "LO", name);
        result.Text(new DicomTag(0x0008, 0x0021), "DA", date); // SeriesDate
        result.Text(new DicomTag(0x0008, 0x0031), "TM", time); // SeriesTime
        result.Text(new DicomTag(0x0008, 0x0023), "DA", date); // ContentDate
        result.Text(new DicomTag(0x0008, 0x0033), "TM", time); // ContentTime
        result.Text(new DicomTag(0x0008, 0x0070), "LO", Manufacturer);
        result.Text(new DicomTag(0x0008, 0x1090), "LO", about.ModelName); // ManufacturerModelName
        result.Text(new DicomTag(0x0018, 0x1000), "LO", NoSerialNumber); // DeviceSerialNumber
        result.Text(new DicomTag(0x0018, 0x1020), "LO", $@"{about.SoftwareVersion}\{about.ModelVersion}"); // SoftwareVersions

        result.Text(new DicomTag(0x0070, 0x0081), "LO", name); // ContentDescription
        result.Text(new DicomTag(0x0070, 0x0084), "PN", string.Empty); // ContentCreatorName
        AddLayout(result, first.Layout);
        AddLoss(result, first.File.DataSet);
        AddReferencedSeries(result, source, first);
    }

    /// <summary>An identifier that a result repeats; <see cref="ResultDescription.ObstacleOver"/> has seen that it is there.</summary>
    public static string Repeated(SliceFrame frame, DicomTag tag) => frame.File.DataSet.Text(tag)!;

    private static void AddLayout(DataSetBuilder result, PixelLayout layout)
    {
        result.Short(DicomTags.SamplesPerPixel, 1);
        result.Text(DicomTags.PhotometricInterpretation, "CS", "MONOCHROME2");
        result.Short(DicomTags.Rows, layout.Rows);
        result.Short(DicomTags.Columns, layout.Columns);
    }

    /// <summary>What was lost before the segmentation was made stays lost (PS3.3 C.7.6.1.1.5).</summary>
    private static void AddLoss(DataSetBuilder result, DicomDataSet source)
    {
        var isLossy = source.Text(DicomTags.LossyImageCompression) == "01";
        result.Text(DicomTags.LossyImageCompression, "CS", isLossy ? "01" : "00");
        if (isLossy && source.Contains(DicomTags.LossyImageCompressionRatio))
            result.Copy(DicomTags.LossyImageCompressionRatio, "DS", source.Value(DicomTags.LossyImageCompressionRatio));
        if (isLossy && source.Contains(DicomTags.LossyImageCompressionMethod))
            result.Copy(DicomTags.LossyImageCompressionMethod, "CS", source.Value(DicomTags.LossyImageCompressionMethod));
    }

    private static void AddReferencedSeries(DataSetBuilder result, DicomSource source, SliceFrame first) => result.Sequence(new DicomTag(0x0008, 0x1115), series =>
    {
        series.Text(DicomTags.SeriesInstanceUid, "UI", Repeated(first, DicomTags.SeriesInstanceUid));
        series.Sequence(new DicomTag(0x0008, 0x114A), source.Frames.DistinctBy(frame => frame.File).Select(frame => (Action<DataSetBuilder>)(instance =>
        {
            instance.Text(new DicomTag(0x0008, 0x1150), "UI", Repeated(frame, DicomTags.SopClassUid));
            instance.Text(new DicomTag(0x0008, 0x1155), "UI", Repeated(frame, DicomTags.SopInstanceUid));
        })));
    });
}
