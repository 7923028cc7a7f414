using Sassnet.Model.Compression;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Files;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Series;

/// <summary>The files of an input that are read: the images, and of one series only where one was asked for.</summary>
/// <param name="Images">Files with pixels.</param>
/// <param name="Warnings">Which files were left out that no one asked to leave out, one sentence each.</param>
internal sealed record SeriesHeaders(IReadOnlyList<NumberedFile> Images, IReadOnlyList<Warning> Warnings)
{
    /// <summary>Reads the headers of the files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="series">
    /// The series asked for; null for all. Of a file of another one nothing else is read, so nothing that is wrong with it matters.
    /// </param>
    /// <param name="scratch">A folder for what is inflated.</param>
    /// <param name="limits">What to refuse as too large.</param>
    /// <param name="ct">Checked for every file.</param>
    /// <exception cref="InvalidVolumeException">A file cannot be read, there is none with pixels or none of the series, or too much is deflated.</exception>
    public static SeriesHeaders Read(IReadOnlyList<SeriesFile> files, string? series, string scratch, VolumeLimits limits, CancellationToken ct)
    {
        var bytes = files.Sum(file => FileStamp.Of(file.Path).Bytes);
        var (budget, looks) = (new HeaderBudget(limits, bytes), new ExpansionLimit(limits, bytes));
        var (images, others, withoutPixels) = (new List<NumberedFile>(), new List<string?>(), 0);
        foreach (var (number, path) in files)
        {
            ct.ThrowIfCancellationRequested();
            if (series is not null && DicomFile.SeriesOf(path, limits, looks, ct) is var found && found != series)
            {
                others.Add(found);
                continue;
            }

            var file = DicomFile.Open(path, scratch, budget, ct);
            if (file.Pixels is not null)
                images.Add(new NumberedFile(number, file));
            else
                withoutPixels++;
        }

        if (series is not null && others.Count == files.Count)
            throw Unknown([.. others.GroupBy(uid => uid).Select(group => $"{SeriesList.Name(group.Key)} ({Counted.Of(group.Count(), "file")})")]);
        return images.Count > 0
            ? new SeriesHeaders(images, [.. LeftOut(withoutPixels, others.Count(other => other is null))])
            : throw DicomFault.NotServable("no-pixels", $"{(files.Count - others.Count == 1 ? "The one DICOM file has no" : $"None of {files.Count - others.Count} DICOM files has")} pixel data; accepted: the images of one series.");
    }

    private static InvalidVolumeException Unknown(List<string> others) =>
        DicomFault.NotServable("unknown-series", $"The series asked for is not among those sent: {SeriesList.Of(others)}.");

    private static IEnumerable<Warning> LeftOut(int withoutPixels, int unreadable)
    {
        if (withoutPixels > 0)
            yield return new Warning("files-left-out", Counted.Of(withoutPixels, "file without pixel data was left out.", "files without pixel data were left out."));
        if (unreadable > 0)
        {
            yield return new Warning(
                "files-left-out",
                $"{Counted.Of(unreadable, "file whose SeriesInstanceUID cannot be read was", "files whose SeriesInstanceUID cannot be read were")} left out; if {(unreadable == 1 ? "it" : "one of them")} belongs to the series, a slice is missing.");
        }
    }
}
