using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Groups files by SeriesInstanceUID and takes the only series of scans: what was made of a scan, and what it was planned on, may lie beside it.</summary>
/// <param name="Files">The series' files, in the order of the input.</param>
/// <param name="Warnings">Which files were left out, one sentence each.</param>
internal sealed record SeriesChoice(IReadOnlyList<NumberedFile> Files, IReadOnlyList<Warning> Warnings)
{
    /// <summary>Takes a series.</summary>
    /// <exception cref="InvalidVolumeException">There are several, or one cannot be told from another.</exception>
    public static SeriesChoice Of(IReadOnlyList<NumberedFile> files)
    {
        var series = files.GroupBy(file => file.File.DataSet.Text(DicomTags.SeriesInstanceUid)
            ?? throw DicomFault.BadHeader($"SeriesInstanceUID {DicomTags.SeriesInstanceUid} is missing in file {file.Number}; every image has it.")).ToList();
        var scans = OrAll(series, group => group.Any(file => ImageKind.IsScan(file.File.DataSet)));
        var kept = OrAll(scans, group => !group.All(file => ImageKind.IsLocaliser(file.File.DataSet)));

        return kept.Count == 1
            ? new SeriesChoice([.. kept[0]], [.. series.Except(kept).Select(LeftOut)])
            : throw Several([.. kept.Select(group => SeriesList.Describe(group.Key, [.. group]))]);
    }

    // Where none is wanted, what is wrong with them is said of them all.
    private static List<IGrouping<string, NumberedFile>> OrAll(List<IGrouping<string, NumberedFile>> series, Func<IGrouping<string, NumberedFile>, bool> isWanted) =>
        series.Where(isWanted).ToList() is { Count: > 0 } wanted ? wanted : series;

    private static InvalidVolumeException Several(List<string> series)
    {
        var seen = $"The files belong to {series.Count} series: {SeriesList.Of(series)}; accepted: one";
        return new InvalidVolumeException(InvalidVolumeKind.NotServable, DicomFault.GeometrySlug, $"{seen}, sent by itself or named with the parameter 'series'.") { WithoutAdvice = $"{seen}." };
    }

    private static Warning LeftOut(IGrouping<string, NumberedFile> other) => new(
        "files-left-out", $"{Counted.Of(other.Count(), "file of another series was", "files of another series were")} left out: {ImageKind.Name(other.First().File.DataSet)}.");
}
