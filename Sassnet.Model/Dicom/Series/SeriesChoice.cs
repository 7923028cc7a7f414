using System.Globalization;
using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Groups files by SeriesInstanceUID and takes the series that was asked for, or the only one.</summary>
internal static class SeriesChoice
{
    private const int MostListed = 20;

    /// <summary>The files of one series, in the order of the input.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">There are several and none was asked for, or not the one that was.</exception>
    public static IReadOnlyList<NumberedFile> Choose(IReadOnlyList<NumberedFile> files, string? wanted)
    {
        var series = files.GroupBy(file => Uid(file)).ToList();
        if (wanted is not null)
        {
            return [.. series.Find(group => group.Key == wanted) ?? throw DicomFault.NotServable(
                "unknown-series", $"The series asked for is not among those sent: {List(series)}.")];
        }

        return series.Count == 1
            ? [.. series[0]]
            : throw DicomFault.Geometry($"The files belong to {series.Count} series: {List(series)}; accepted: one. Send one of them, or name it with the parameter 'series'.");
    }

    private static string Uid(NumberedFile file) => file.File.DataSet.Uid(DicomTags.SeriesInstanceUid, "SeriesInstanceUID")
        ?? throw DicomFault.BadHeader($"SeriesInstanceUID {DicomTags.SeriesInstanceUid} is missing in file {file.Number}; every image has it.");

    private static string List(List<IGrouping<string, NumberedFile>> series) => string.Join(
        ", ",
        series.Take(MostListed).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key} ({group.Count()} files)")).Concat(series.Count > MostListed ? ["and more"] : []));
}
