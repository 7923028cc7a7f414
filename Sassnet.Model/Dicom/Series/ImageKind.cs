using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Tells scans from what else is stored beside them: localisers, screen captures, results.</summary>
internal static class ImageKind
{
    private static readonly HashSet<string> ScanClasses =
    [
        "1.2.840.10008.5.1.4.1.1.2", // CT
        "1.2.840.10008.5.1.4.1.1.2.1", // enhanced CT
        "1.2.840.10008.5.1.4.1.1.2.2", // legacy converted enhanced CT
        "1.2.840.10008.5.1.4.1.1.4", // MR
        "1.2.840.10008.5.1.4.1.1.4.1", // enhanced MR
        "1.2.840.10008.5.1.4.1.1.4.4", // legacy converted enhanced MR
    ];

    /// <summary>Whether it is an MR or CT image.</summary>
    public static bool IsScan(DicomDataSet dataSet) =>
        dataSet.Text(DicomTags.SopClassUid) is { } sopClass && ScanClasses.Contains(sopClass);

    /// <summary>What it is, in words.</summary>
    public static string Name(DicomDataSet dataSet) => Name(dataSet.Text(DicomTags.SopClassUid) ?? string.Empty);

    /// <summary>Refuses what is no slice of a scan.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">It is something else.</exception>
    public static void RequireScan(DicomDataSet dataSet, int number)
    {
        var sopClass = dataSet.Uid(DicomTags.SopClassUid, "SOPClassUID") ?? throw DicomFault.BadHeader($"SOPClassUID {DicomTags.SopClassUid} is missing in file {number}; every image has it.");
        if (!ScanClasses.Contains(sopClass))
            throw DicomFault.NotServable("not-a-scan", $"File {number} is {Name(sopClass)} (SOP class {sopClass}); accepted: MR and CT images, classic or enhanced.");
        if (dataSet.Texts(DicomTags.ImageType).Contains("LOCALIZER"))
            throw DicomFault.NotServable("localiser", $"File {number} is a localiser (ImageType {DicomTags.ImageType} has LOCALIZER); accepted: the slices of a scan. Send the series without it.");
    }

    private static string Name(string sopClass) => sopClass switch
    {
        _ when sopClass.StartsWith("1.2.840.10008.5.1.4.1.1.7", StringComparison.Ordinal) => "a secondary capture",
        "1.2.840.10008.5.1.4.1.1.66.4" => "a segmentation",
        "1.2.840.10008.5.1.4.1.1.30" => "a parametric map",
        "1.2.840.10008.5.1.4.1.1.481.2" => "a dose",
        _ => "no MR or CT image",
    };
}
