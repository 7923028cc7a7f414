using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Objects with what somebody has drawn on a scan. None of them is read here.</summary>
public static class DrawnObject
{
    private const string Segmentation = "SEG";

    // PS3.4 B.5: segmentations by voxels, by surfaces and as label maps, and the structure sets of radiotherapy.
    private static readonly Dictionary<string, string> Modalities = new()
    {
        ["1.2.840.10008.5.1.4.1.1.66.4"] = Segmentation,
        ["1.2.840.10008.5.1.4.1.1.66.5"] = Segmentation,
        ["1.2.840.10008.5.1.4.1.1.66.7"] = Segmentation,
        ["1.2.840.10008.5.1.4.1.1.481.3"] = "RTSTRUCT",
    };

    /// <summary>The modality of a file that is such an object by its SOP class, <c>SEG</c> or <c>RTSTRUCT</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="ct">Checked every few thousand attributes.</param>
    /// <returns>Null for any other file, and for one whose SOP class cannot be read.</returns>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static string? ModalityOf(string path, CancellationToken ct) =>
        DicomFile.SopClassOf(path, VolumeLimits.Default, ct) is { } sopClass ? Modalities.GetValueOrDefault(sopClass) : null;
}
