using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Problems;

/// <summary>The one place where a fault of a volume becomes a status: by its kind. The slug and the detail are the fault's own.</summary>
internal static class VolumeProblemTypes
{
    /// <summary>The problem of a fault.</summary>
    public static ProblemType Of(InvalidVolumeException fault) => Of(fault.Kind, fault.Slug, fault.Message);

    /// <summary>The faults seen while the files of an upload are told apart and unpacked, as examples for the OpenAPI document.</summary>
    public static IReadOnlyList<ProblemType> OfFiles { get; } =
    [
        Of(InvalidVolumeKind.TooLarge, "decompression-limit", "The file grows by more than a factor of 200 when decompressed."),
        Of(InvalidVolumeKind.Malformed, "unsafe-archive", "The zip file has an encrypted entry; accepted: plain files and folders. Pack the DICOM files again, without it."),
        Of(InvalidVolumeKind.Malformed, "corrupt-archive", "The zip file is corrupt: it has no directory; it may be cut short. Pack the DICOM files again."),
        Of(InvalidVolumeKind.Unsupported, "unsupported-archive", "Entry 3 of the zip file is compressed by LZMA (method 14); accepted: one zip file, its entries stored or compressed by deflate. Pack the DICOM files again."),
        Of(InvalidVolumeKind.TooLarge, "directory-too-large", "The name of entry 3 of the zip file has 65535 bytes; at most 4096 are accepted. Pack the DICOM files again, with shorter names."),
        Of(InvalidVolumeKind.Malformed, "unreadable-file", "1 of 48 files is neither DICOM nor plainly something else, so it may be a slice that was damaged: number 43 (empty). Send it again, or leave it out if it is no slice."),
    ];

    /// <summary>The faults most often seen, those of the files included, as examples for the OpenAPI document.</summary>
    public static IReadOnlyList<ProblemType> Examples { get; } =
    [
        Of(InvalidVolumeKind.Malformed, "truncated", "The header takes 348 bytes; the file ends after 100."),
        Of(InvalidVolumeKind.Malformed, "bad-header", "sizeof_hdr is 349; accepted: 348 (NIfTI-1) or 540 (NIfTI-2)."),
        Of(InvalidVolumeKind.Malformed, "corrupt-gzip", "The gzip stream ends before its trailer. Compress the file again."),
        Of(InvalidVolumeKind.TooLarge, "volume-too-large", "The grid 32767x32767x32767 has more voxels than this service takes."),
        Of(InvalidVolumeKind.Unsupported, "not-a-volume", $"The file is of none of the formats read here. Accepted: {VolumeFile.Accepted}."),
        Of(InvalidVolumeKind.Unsupported, "data-type", "datatype is 1 (1-bit); accepted: integers of 8 to 64 bits, float32, float64."),
        Of(InvalidVolumeKind.NotServable, "not-3d", "The image's shape, dim[1..4], is 64x64x32x20; one three-dimensional volume of at least 2x2x2 voxels is accepted, with one time point where there is a time axis."),
        Of(InvalidVolumeKind.NotServable, "not-scalar", "datatype is 128 (RGB); accepted: one number for each voxel."),
        Of(InvalidVolumeKind.NotServable, "non-finite", "12 voxels are NaN or infinite; accepted: finite values."),
        Of(InvalidVolumeKind.NotServable, "intensities", "The intensities reach from 0 to 3E+38, and some lie more than 1,000,000 standard deviations from the mean; accepted: none that far. Look for damaged voxels."),
        Of(InvalidVolumeKind.NotServable, "geometry", "The sform shears the grid; accepted: axes at right angles."),
        Of(InvalidVolumeKind.Unsupported, "transfer-syntax", "The transfer syntax is 1.2.840.10008.1.2.4.201; accepted: the uncompressed ones, deflated, RLE, JPEG, JPEG-LS and JPEG 2000."),
        Of(InvalidVolumeKind.Unsupported, "decoder-missing", "The pixels are compressed (transfer syntax 1.2.840.10008.1.2.4.70), and dcmdjpeg is not installed on the server: package dcmtk."),
        Of(InvalidVolumeKind.NotServable, "series-geometry", "The slices are unevenly spaced: 4 mm between 10 mm (file 6) and 14 mm (file 7) along the normal, 2 mm elsewhere; accepted: equal steps, none missing."),
        Of(InvalidVolumeKind.NotServable, "not-a-scan", "File 1 is a secondary capture (SOP class 1.2.840.10008.5.1.4.1.1.7); accepted: MR and CT images, classic or enhanced."),
        Of(InvalidVolumeKind.NotServable, "no-pixels", "None of 3 DICOM files has pixel data; accepted: the images of one series."),
        Of(InvalidVolumeKind.NotServable, "decode-failed", "The compressed pixels of the series are damaged: dcmdjpeg could not decode its 88 frames. Send the series again, or uncompressed."),
        Of(InvalidVolumeKind.NotServable, "orientation-missing", "qform_code and sform_code are both 0; accepted: at least one above 0."),
        .. OfFiles,
    ];

    private static ProblemType Of(InvalidVolumeKind kind, string slug, string detail) => kind switch
    {
        InvalidVolumeKind.Malformed => new(slug, StatusCodes.Status400BadRequest, "The file is malformed", detail),
        InvalidVolumeKind.TooLarge => new(slug, StatusCodes.Status413PayloadTooLarge, "The volume is too large", detail),
        InvalidVolumeKind.Unsupported => new(slug, StatusCodes.Status415UnsupportedMediaType, "The file is of a kind this service does not read", detail),
        InvalidVolumeKind.NotServable => new(slug, StatusCodes.Status422UnprocessableEntity, "The volume cannot be segmented", detail),
        InvalidVolumeKind.TooSlow => new(slug, StatusCodes.Status504GatewayTimeout, "The request took too long", detail),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Every kind of fault has a status."),
    };
}
