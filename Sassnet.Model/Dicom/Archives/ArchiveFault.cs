using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Archives;

/// <summary>The faults of a zip file.</summary>
internal static class ArchiveFault
{
    public static InvalidVolumeException Unsafe(string what) =>
        new(InvalidVolumeKind.Malformed, "unsafe-archive", $"The zip file has {what}; accepted: plain files and folders. Pack the DICOM files again, without it.");

    public static InvalidVolumeException Corrupt(string reason, Exception? inner = null) =>
        new(InvalidVolumeKind.Malformed, "corrupt-archive", $"The zip file is corrupt: {reason}. Pack the DICOM files again.", inner);

    public static InvalidVolumeException Unsupported(FormattableString what) =>
        DicomFault.Unsupported("unsupported-archive", $"{DicomFault.Sentence(what)}; accepted: one zip file, its entries stored or compressed by deflate. Pack the DICOM files again.");
}
