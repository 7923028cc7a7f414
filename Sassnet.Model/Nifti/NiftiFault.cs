using System.Globalization;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

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

    /// <param name="what">What is not all there.</param>
    /// <param name="seen">The bytes that are there of it, or the most that can be.</param>
    /// <param name="needed">The bytes it needs.</param>
    /// <param name="isBound">Whether they were not counted, as where they are compressed.</param>
    public static InvalidVolumeException Truncated(string what, long seen, long needed, bool isBound = false) => new(
        InvalidVolumeKind.Malformed,
        "truncated",
        FormattableString.Invariant($"The file is cut short: {what} needs {Counted.Of(needed, "byte")}, ")
            + (isBound ? FormattableString.Invariant($"at most {seen} can be there.") : Counted.Of(seen, "is there.", "are there.")));

    public static InvalidVolumeException TooLarge(string shape, long accepted) => new(
        InvalidVolumeKind.TooLarge,
        "volume-too-large",
        string.Create(CultureInfo.InvariantCulture, $"The volume has {shape} voxels; at most {accepted} in all are accepted."));

    /// <param name="what">What the file is.</param>
    /// <param name="accepted">What is accepted where it was to be read.</param>
    public static InvalidVolumeException NotAVolume(string what, string accepted) => Unsupported("not-a-volume", $"The file is {what}. Accepted: {accepted}.");

    public static InvalidVolumeException NotServable(string slug, string message) => new(InvalidVolumeKind.NotServable, slug, message);

    public static InvalidVolumeException Unsupported(string slug, string message) => new(InvalidVolumeKind.Unsupported, slug, message);

    private static string Sentence(string field, double seen, string accepted) =>
        string.Create(CultureInfo.InvariantCulture, $"{field} is {seen}; accepted: {accepted}.");
}
