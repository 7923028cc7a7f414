using Sassnet.Model.Files;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Archives;

/// <summary>A file of an input.</summary>
/// <param name="Number">Its place in the input, from 1, by which faults name it: of parts, or of the entries of a zip file, folders included.</param>
/// <param name="Path">Where it lies.</param>
public sealed record SeriesFile(int Number, string Path);

/// <summary>The files of an input that make its volume: the DICOM files among several, or its only file.</summary>
/// <param name="Files">They, in the order of the input.</param>
/// <param name="IsDicom">Whether they are DICOM files. Several others make no volume.</param>
/// <param name="Warnings">What was left out, one sentence each; never a name.</param>
public sealed record SeriesFiles(IReadOnlyList<SeriesFile> Files, bool IsDicom, IReadOnlyList<Warning> Warnings)
{
    /// <summary>
    /// Chooses them from their content. Beside DICOM files, what plainly is something else is left out with a warning. What is nothing known may
    /// be a slice that was damaged on its way, so it is refused; and a NIfTI volume is a volume of its own.
    /// </summary>
    /// <param name="paths">The files, at least one.</param>
    /// <exception cref="Volumes.InvalidVolumeException">A file beside DICOM files is empty or of no known kind.</exception>
    public static SeriesFiles Of(IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentOutOfRangeException.ThrowIfZero(paths.Count);
        var files = paths.Select((path, index) => new SeriesFile(index + 1, path)).ToList();
        var kinds = paths.Select(FileKind.Of).ToList();
        if (!kinds.Contains(FileKind.Dicom) || kinds.Contains(FileKind.Nifti))
            return new SeriesFiles(files, false, []);
        var selection = new FileSelection();
        var taken = files.Where((file, index) => selection.Takes(file.Number, kinds[index], FileStamp.Of(file.Path).Bytes)).ToList();
        selection.RequireReadable();
        return new SeriesFiles(taken, true, selection.Warnings);
    }
}
