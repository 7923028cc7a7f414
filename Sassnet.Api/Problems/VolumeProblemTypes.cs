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
        Of(InvalidVolumeKind.Unsupported, "not-a-volume", "None of the 3 entries of the zip file is DICOM; accepted in a zip file: the DICOM files of a series. Send a NIfTI volume by itself, as .nii or .nii.gz."),
        Of(InvalidVolumeKind.TooLarge, "directory-too-large", "The name of entry 3 of the zip file has 65535 bytes; at most 4096 are accepted. Pack the DICOM files again, with shorter names."),
        Of(InvalidVolumeKind.Malformed, "unreadable-file", "1 of 48 files is neither DICOM nor plainly something else, so it may be a slice that was damaged: number 43 (empty). Send it again, or leave it out if it is no slice."),
    ];

    /// <summary>The faults seen where a DICOM result is written over a series, as examples for the OpenAPI document.</summary>
    public static IReadOnlyList<ProblemType> OfDicomResults { get; } =
    [
        Of(InvalidVolumeKind.NotServable, "source-incomplete", "No DICOM result can be made over this series: StudyInstanceUID (0020,000D) is missing in file 1, and a result has to repeat it. Ask for another output, such as output=segmentation."),
        Of(InvalidVolumeKind.NotServable, "empty-result", "No parametric map can be made: the segmentation is empty or fills the volume, so there is no distance to its boundary, and a parametric map has finite values only. Ask for output=dicom-seg or output=report."),
        Of(InvalidVolumeKind.NotServable, "burned-in-annotation", "No capture can be made: the source says that its pixels name the patient (BurnedInAnnotation (0028,0301) is YES), and a capture repeats them, which deidentify does not allow. Ask for another output, such as output=dicom-seg."),
        Of(InvalidVolumeKind.NotServable, "result-too-large", "The result is too large: the parametric map would have 4831838208 bytes of pixels, and a DICOM object holds at most 4294967294. Crop the volume, or ask for another output, such as output=segmentation."),
    ];

    /// <summary>The faults seen while a volume is received, read and segmented, those of the files included, as examples for the OpenAPI document.</summary>
    public static IReadOnlyList<ProblemType> Examples { get; } =
    [
        Of(InvalidVolumeKind.Malformed, "truncated", "The header takes 348 bytes; the file ends after 100."),
        Of(InvalidVolumeKind.Malformed, "bad-header", "sizeof_hdr is 349; accepted: 348 (NIfTI-1) or 540 (NIfTI-2)."),
        Of(InvalidVolumeKind.Malformed, "bad-extension", "The size of the header extension at byte 352 is 4096; accepted: 8 to 96 bytes, so that it ends before the voxels at byte 448."),
        Of(InvalidVolumeKind.Malformed, "corrupt-gzip", "The gzip stream ends before its trailer. Compress the file again."),
        Of(InvalidVolumeKind.Malformed, "corrupt-deflate", "The deflated DICOM data set is damaged; send the file again."),
        Of(InvalidVolumeKind.TooLarge, "volume-too-large", "The grid 32767x32767x32767 has more voxels than this service takes."),
        Of(InvalidVolumeKind.TooLarge, "header-too-large", "A DICOM file has more than 1000000 attributes, items and fragments; at most that many are accepted."),
        Of(InvalidVolumeKind.Unsupported, "data-type", "datatype is 1 (1-bit); accepted: integers of 8 to 64 bits, float32, float64."),
        Of(InvalidVolumeKind.NotServable, "not-3d", "The image's shape, dim[1..4], is 64x64x32x20; one three-dimensional volume of at least 2x2x2 voxels is accepted, with one time point where there is a time axis."),
        Of(InvalidVolumeKind.NotServable, "not-scalar", "datatype is 128 (RGB); accepted: one number for each voxel."),
        Of(InvalidVolumeKind.NotServable, "non-finite", "12 voxels are NaN or infinite; accepted: finite values."),
        Of(InvalidVolumeKind.NotServable, "intensities", "The intensities reach from 0 to 3E+38, and some lie more than 1,000,000 standard deviations from the mean; accepted: none that far. Look for damaged voxels."),
        Of(InvalidVolumeKind.NotServable, "geometry", "The sform shears the grid; accepted: axes at right angles."),
        Of(InvalidVolumeKind.Unsupported, "transfer-syntax", "The transfer syntax is 1.2.840.10008.1.2.4.201; accepted: the uncompressed ones, deflated, RLE, JPEG, JPEG-LS and JPEG 2000."),
        Of(InvalidVolumeKind.Unsupported, "decoder-missing", "The pixels are compressed (transfer syntax 1.2.840.10008.1.2.4.70), and dcmdjpeg is not installed on the server: package dcmtk."),
        Of(InvalidVolumeKind.NotServable, "series-geometry", "The slices are unevenly spaced: 4 mm between 10 mm (file 6) and 14 mm (file 7) along the normal, 2 mm elsewhere; accepted: equal steps, none missing."),
        Of(InvalidVolumeKind.NotServable, "unknown-series", "The series asked for is not among those sent: 1.2.826.0.1.3680043.10.1.1 (MR, 88 files of 576x576)."),
        Of(InvalidVolumeKind.NotServable, "mixed-display", "The images differ in PhotometricInterpretation (0028,0004): MONOCHROME2 in file 1, MONOCHROME1 in file 3, so whether a high value means the same in both is unknown; accepted: one of them in all."),
        Of(InvalidVolumeKind.NotServable, "mixed-rescale", "RescaleIntercept (0028,1052) is -1024 in file 1 and missing in file 3, so whether a value means the same in both is unknown; accepted: one in all images, or in none."),
        Of(InvalidVolumeKind.NotServable, "modality-lut", "ModalityLUTSequence (0028,3000) is there in file 1; accepted: RescaleSlope and RescaleIntercept, or none."),
        Of(InvalidVolumeKind.NotServable, "localiser", "File 2 is a localiser (ImageType (0008,0008) has LOCALIZER); accepted: the slices of a scan. Send the series without it."),
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
