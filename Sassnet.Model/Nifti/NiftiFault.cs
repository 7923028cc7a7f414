using System.Globalization;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Nifti;

/// <summary>The faults of a NIfTI file, in one wording: the field, the value seen, what is accepted.</summary>
internal static class NiftiFault
{
    /// <summary>What is accepted of a position in millimetres.</summary>
    public static readonly string NearTheOrigin = string.Create(CultureInfo.InvariantCulture, $"at most {Affine.FarthestPosition} mm from the origin");

    public static InvalidVolumeException BadHeader(string field, double seen, string accepted) =>
        new(InvalidVolumeKind.Malformed, "bad-header", Sentence(field, seen, accepted));

    public static InvalidVolumeException BadExtension(long at, int seen, long end) => new(
        InvalidVolumeKind.Malformed,
        "bad-extension",
        Sentence($"The size of the header extension at byte {at}", seen, $"8 to {end - at} bytes, so that it ends before the voxels at byte {end}"));

    public static InvalidVolumeException Truncated(string what, long seen, long needed) => new(
        InvalidVolumeKind.Malformed,
        "truncated",
        string.Create(CultureInfo.InvariantCulture, $"The file is cut short: {what} needs {needed} bytes, {seen} are there."));

    public static InvalidVolumeException TooLarge(string shape, long accepted) => new(
        InvalidVolumeKind.TooLarge,
        "volume-too-large",
        string.Create(CultureInfo.InvariantCulture, $"The volume has {shape} voxels; at most {accepted} in all are accepted."));

    public static InvalidVolumeException NotServable(string slug, string message) => new(InvalidVolumeKind.NotServable, slug, message);

    public static InvalidVolumeException Unsupported(string slug, string message) => new(InvalidVolumeKind.Unsupported, slug, message);

    private static string Sentence(string field, double seen, string accepted) =>
        string.Create(CultureInfo.InvariantCulture, $"{field} is {seen}; accepted: {accepted}.");
}
