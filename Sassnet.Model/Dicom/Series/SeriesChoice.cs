using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Groups files by SeriesInstanceUID and takes the only series of scans: what was made of a scan may lie beside it.</summary>
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
        var others = series.Where(group => !group.Any(file => ImageKind.IsScan(file.File.DataSet))).ToList();
        if (others.Count < series.Count)
            series = [.. series.Except(others)];
        else
            others = [];

        return series.Count == 1
            ? new SeriesChoice([.. series[0]], [.. others.Select(LeftOut)])
            : throw Several([.. series.Select(group => SeriesList.Describe(group.Key, [.. group]))]);
    }

    private static InvalidVolumeException Several(List<string> series) => DicomFault.Geometry(
        $"The files belong to {series.Count} series: {SeriesList.Of(series)}; accepted: one. Send one of them, or name it with the parameter 'series'.");

    private static Warning LeftOut(IGrouping<string, NumberedFile> other) => new(
        "files-left-out", $"{Counted.Of(other.Count(), "file of another series was", "files of another series were")} left out: {ImageKind.Name(other.First().File.DataSet)}.");
}
