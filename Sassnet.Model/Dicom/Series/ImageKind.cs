using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Tells scans from what else is stored beside them: localisers, screen captures, results.</summary>
internal static class ImageKind
{
    /// <summary>The SOP classes that are scans, and what the standard calls them.</summary>
    public static readonly IReadOnlyDictionary<string, string> ScanClasses = new Dictionary<string, string>
    {
        ["1.2.840.10008.5.1.4.1.1.2"] = "CT Image Storage",
        ["1.2.840.10008.5.1.4.1.1.2.1"] = "Enhanced CT Image Storage",
        ["1.2.840.10008.5.1.4.1.1.2.2"] = "Legacy Converted Enhanced CT Image Storage",
        ["1.2.840.10008.5.1.4.1.1.4"] = "MR Image Storage",
        ["1.2.840.10008.5.1.4.1.1.4.1"] = "Enhanced MR Image Storage",
        ["1.2.840.10008.5.1.4.1.1.4.4"] = "Legacy Converted Enhanced MR Image Storage",
    };

    /// <summary>Whether it is an MR or CT image.</summary>
    public static bool IsScan(DicomDataSet dataSet) =>
        dataSet.Text(DicomTags.SopClassUid) is { } sopClass && ScanClasses.ContainsKey(sopClass);

    /// <summary>Whether it is an image to plan a scan on.</summary>
    public static bool IsLocaliser(DicomDataSet dataSet) => dataSet.Texts(DicomTags.ImageType).Contains("LOCALIZER");

    /// <summary>What it is that is no slice of a scan, in words.</summary>
    public static string Name(DicomDataSet dataSet) => IsScan(dataSet) && IsLocaliser(dataSet) ? "a localiser" : Name(dataSet.Text(DicomTags.SopClassUid) ?? string.Empty);

    /// <summary>Refuses what is no slice of a scan.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">It is something else.</exception>
    public static void RequireScan(DicomDataSet dataSet, int number)
    {
        var sopClass = dataSet.Uid(DicomTags.SopClassUid, "SOPClassUID") ?? throw DicomFault.BadHeader($"SOPClassUID {DicomTags.SopClassUid} is missing in file {number}; every image has it.");
        if (!ScanClasses.ContainsKey(sopClass))
            throw DicomFault.NotServable("not-a-scan", $"File {number} is {Name(sopClass)} (SOP class {sopClass}); accepted: MR and CT images, classic or enhanced.");
        if (IsLocaliser(dataSet))
            throw DicomFault.NotServable("localiser", $"File {number} is a localiser (ImageType {DicomTags.ImageType} has LOCALIZER); accepted: the slices of a scan. Send the series without it.");
    }

    private static string Name(string sopClass) => sopClass switch
    {
        _ when sopClass.StartsWith("1.2.840.10008.5.1.4.1.1.7", StringComparison.Ordinal) => "a secondary capture",
        "1.2.840.10008.5.1.4.1.1.66.4" or "1.2.840.10008.5.1.4.1.1.66.7" => "a segmentation",
        "1.2.840.10008.5.1.4.1.1.88.34" => "a structured report",
        "1.2.840.10008.5.1.4.1.1.30" => "a parametric map",
        "1.2.840.10008.5.1.4.1.1.481.2" => "a dose",
        _ => "no MR or CT image",
    };
}
