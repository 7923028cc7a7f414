using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Series;

/// <summary>
/// Lists series in a message, so that its reader can tell which one to ask for. The message goes to who sent them and nowhere else.
/// </summary>
internal static class SeriesList
{
    private const int MostListed = 20;
    private const int LongestText = 64;

    /// <summary>One after another, the first 20 of them.</summary>
    public static string Of(IReadOnlyList<string> series) => FirstFew.AndMore(series, MostListed);

    /// <summary>A series with all that its first file says of it.</summary>
    public static string Describe(string uid, IReadOnlyList<NumberedFile> files)
    {
        var first = files[0].File.DataSet;
        var number = Shown(first.Text(DicomTags.SeriesNumber));
        var description = Shown(first.Prose(DicomTags.SeriesDescription));
        string?[] said =
        [
            Shown(first.Text(DicomTags.Modality)),
            number is null ? null : $"number {number}",
            description is null ? null : $"\"{description}\"",
            Size(files, first),
        ];
        return $"{Name(uid)} ({string.Join(", ", said.OfType<string>())})";
    }

    /// <summary>A series' identifier, where it can be asked for by it.</summary>
    public static string Name(string? uid) =>
        uid is not null && DicomUid.IsNameable(uid) ? uid : "a series without a sound SeriesInstanceUID";

    private static string Size(IReadOnlyList<NumberedFile> files, DicomDataSet first)
    {
        var isSound = first.Value(DicomTags.Rows).Length == sizeof(ushort) && first.Value(DicomTags.Columns).Length == sizeof(ushort);
        return isSound
            ? FormattableString.Invariant($"{Counted.Of(files.Count, "file")} of {first.UInt16(DicomTags.Columns, "Columns")}x{first.UInt16(DicomTags.Rows, "Rows")}")
            : Counted.Of(files.Count, "file");
    }

    private static string? Shown(string? text)
    {
        var shown = string.Concat((text ?? string.Empty).Where(letter => !char.IsControl(letter)).Take(LongestText)).Trim();
        return shown.Length > 0 ? shown : null;
    }
}
