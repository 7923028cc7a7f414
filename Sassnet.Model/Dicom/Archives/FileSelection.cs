using System.Globalization;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Archives;

/// <summary>Tells the DICOM files of an input from what is plainly something else, and both from what may be left of a slice.</summary>
internal sealed class FileSelection
{
    private const int MostListed = 20;

    private readonly SortedDictionary<string, int> _leftOut = new(StringComparer.Ordinal);
    private readonly List<string> _unreadable = [];
    private int _count;

    /// <summary>What was left out and how often, such as <c>text (1), zip file (2)</c>.</summary>
    public string LeftOut => string.Join(", ", _leftOut.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} ({kind.Value})")));

    /// <summary>Whether there is nothing but zip files.</summary>
    public bool IsAllZip => _count > 0 && _leftOut.GetValueOrDefault(FileKind.Zip.Name) == _count;

    /// <summary>A sentence where files were left out.</summary>
    public IReadOnlyList<Warning> Warnings => _leftOut.Count == 0 ? [] : [new Warning("files-left-out", $"Files that are no DICOM were left out: {LeftOut}.")];

    /// <summary>Whether a file is one of DICOM.</summary>
    /// <param name="number">Its number in the input.</param>
    /// <param name="kind">What it is by its content.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="isCalledDicom">Whether who sent it says that it is DICOM; then it is not something else, but spoilt.</param>
    public bool Takes(int number, FileKind kind, long length, bool isCalledDicom = false)
    {
        _count++;
        if (kind == FileKind.Dicom)
            return true;
        if (kind != FileKind.Unknown && !isCalledDicom)
        {
            _leftOut[kind.Name] = _leftOut.GetValueOrDefault(kind.Name) + 1;
            return false;
        }

        var what = kind != FileKind.Unknown ? $"{kind.Name}, though called DICOM" : length == 0 ? "empty" : Counted.Of(length, "byte");
        _unreadable.Add(string.Create(CultureInfo.InvariantCulture, $"{number} ({what})"));
        return false;
    }

    /// <summary>Refuses what is neither DICOM nor plainly something else: without it, slices might be missing and nobody would know.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">There is something of the kind.</exception>
    public void RequireReadable()
    {
        if (_unreadable.Count == 0)
            return;
        var listed = FirstFew.AndMore(_unreadable, MostListed);
        throw DicomFault.Malformed("unreadable-file",
            $"{_unreadable.Count} of {Counted.Of(_count, "file")} {(_unreadable.Count == 1 ? "is" : "are")} neither DICOM nor plainly something else, so {(_unreadable.Count == 1 ? "it may be a slice that was" : "they may be slices that were")} damaged: number {listed}. Send {(_unreadable.Count == 1 ? "it again, or leave it out if it is no slice" : "them again, or without those that are no slices")}.");
    }
}
