using Sassnet.Model.Volumes;

namespace Sassnet.Api.Problems;

/// <summary>The one place where a fault of a volume becomes a status: by its kind. The slug and the detail are the fault's own.</summary>
internal static class VolumeProblemTypes
{
    /// <summary>The problem of a fault.</summary>
    public static ProblemType Of(InvalidVolumeException fault) => Of(fault.Kind, fault.Slug, fault.Message);

    /// <summary>The faults most often seen, as examples for the OpenAPI document.</summary>
    public static IReadOnlyList<ProblemType> Examples { get; } =
    [
        Of(InvalidVolumeKind.Malformed, "truncated", "The header takes 348 bytes; the file ends after 100."),
        Of(InvalidVolumeKind.Malformed, "bad-header", "sizeof_hdr is 349; accepted: 348 (NIfTI-1) or 540 (NIfTI-2)."),
        Of(InvalidVolumeKind.Malformed, "corrupt-gzip", "The gzip stream ends before its trailer. Compress the file again."),
        Of(InvalidVolumeKind.TooLarge, "volume-too-large", "The grid 32767x32767x32767 has more voxels than this service takes."),
        Of(InvalidVolumeKind.TooLarge, "decompression-limit", "The file grows by more than a factor of 200 when decompressed."),
        Of(InvalidVolumeKind.Unsupported, "data-type", "datatype is 1 (1-bit); accepted: integers of 8 to 64 bits, float32, float64."),
        Of(InvalidVolumeKind.NotServable, "not-3d", "The volume has 20 time points; accepted: one. Send one of them."),
        Of(InvalidVolumeKind.NotServable, "not-scalar", "datatype is 128 (RGB); accepted: one number for each voxel."),
        Of(InvalidVolumeKind.NotServable, "non-finite", "12 voxels are NaN or infinite; accepted: finite values."),
        Of(InvalidVolumeKind.NotServable, "geometry", "The sform shears the grid; accepted: axes at right angles."),
        Of(InvalidVolumeKind.NotServable, "orientation-missing", "qform_code and sform_code are both 0; accepted: at least one above 0."),
    ];

    private static ProblemType Of(InvalidVolumeKind kind, string slug, string detail) => kind switch
    {
        InvalidVolumeKind.Malformed => new(slug, StatusCodes.Status400BadRequest, "The file is malformed", detail),
        InvalidVolumeKind.TooLarge => new(slug, StatusCodes.Status413PayloadTooLarge, "The volume is too large", detail),
        InvalidVolumeKind.Unsupported => new(slug, StatusCodes.Status415UnsupportedMediaType, "The file is of a kind this service does not read", detail),
        InvalidVolumeKind.NotServable => new(slug, StatusCodes.Status422UnprocessableEntity, "The volume cannot be segmented", detail),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Every kind of fault has a status."),
    };
}
