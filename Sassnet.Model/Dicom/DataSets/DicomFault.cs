using System.Globalization;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>The faults of DICOM input, in one wording: the attribute, the value seen, what is accepted.</summary>
internal static class DicomFault
{
    /// <summary>Of files that do not make one even stack.</summary>
    public const string GeometrySlug = "series-geometry";

    public static InvalidVolumeException Malformed(string slug, FormattableString message) => new(InvalidVolumeKind.Malformed, slug, Sentence(message));

    public static InvalidVolumeException BadHeader(FormattableString message) => Malformed("bad-header", message);

    public static InvalidVolumeException Truncated(FormattableString message) => Malformed("truncated", message);

    public static InvalidVolumeException TooLarge(string slug, FormattableString message) => new(InvalidVolumeKind.TooLarge, slug, Sentence(message));

    public static InvalidVolumeException Unsupported(string slug, FormattableString message) => new(InvalidVolumeKind.Unsupported, slug, Sentence(message));

    public static InvalidVolumeException NotServable(string slug, FormattableString message) => new(InvalidVolumeKind.NotServable, slug, Sentence(message));

    public static InvalidVolumeException Geometry(FormattableString message) => NotServable(GeometrySlug, message);

    public static InvalidVolumeException DecodeFailed(FormattableString message) => NotServable("decode-failed", message);

    public static string Sentence(FormattableString message) => message.ToString(CultureInfo.InvariantCulture);
}
