using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Preparation.Raw;

/// <summary>The cases that lie in one folder, a file or a folder each, and what lies there besides.</summary>
/// <param name="suffixes">How the names of labels end; empty where there are no labels.</param>
/// <param name="hasLabelsAlone">Whether the folder is one of labels, and a folder in it has the masks of a case.</param>
internal sealed class FolderListing(IReadOnlyList<string> suffixes, bool hasLabelsAlone = false)
{
    /// <summary>By their names: where each lies, and what is wrong with that.</summary>
    public SortedDictionary<string, RawCase> Cases { get; } = new(StringComparer.Ordinal);

    /// <summary>Files that are no scans.</summary>
    public List<string> LeftAlone { get; } = [];

    /// <summary>Lists a folder; nothing where there is none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="except">Folders in it that have another use.</param>
    /// <exception cref="InvalidConfigurationException">Two files of one name, or DICOM files that lie in no folder of their case.</exception>
    public FolderListing Add(string? folder, params IReadOnlyCollection<string?> except)
    {
        if (folder is null)
            return this;
        var dicom = new List<string>();
        foreach (var (path, kind) in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(path => (path, KindOf(path))).OrderBy(file => file.Item2))
            AddFile(path, kind, dicom);
        if (dicom.Count > 0)
            throw new InvalidConfigurationException($"There {Counted.Are(dicom.Count, "DICOM file")} directly in '{folder}' ({RawFile.Listed(dicom)}); accepted: a folder for each case, with the files of one series.");
        foreach (var path in Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Where(path => !RawFile.IsLeftBehind(path) && !except.Contains(path)))
            AddCaseFolder(path);
        return this;
    }

    /// <summary>Whether a name ends as labels' names do.</summary>
    public string? SuffixOf(string name) => suffixes.FirstOrDefault(suffix => name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));

    private void AddFile(string path, RawFileKind kind, List<string> dicom)
    {
        var name = RawFile.CaseName(path);
        switch (kind)
        {
            case RawFileKind.Nifti:
                Add(new RawCase(name, path, null));
                break;
            case RawFileKind.OtherScan when Cases.TryGetValue(name, out var known):
                // The other half of a pair, or what a NIfTI file of the same name was made from.
                if (known.Fault is null)
                    LeftAlone.Add(path);
                break;
            case RawFileKind.OtherScan:
                Add(new RawCase(name, path, null, $"{Path.GetFileName(path)} is {RawFile.OtherScanName(path)}; accepted: NIfTI in one file (.nii, .nii.gz), or a folder with a DICOM series. Convert it."));
                break;
            case RawFileKind.Dicom:
                dicom.Add(path);
                break;
            default:
                LeftAlone.Add(path);
                break;
        }
    }

    private void Add(RawCase found)
    {
        if (Cases.TryAdd(found.Name, found))
            return;
        var (first, second) = (Cases[found.Name].Image!, found.Image!);
        throw new InvalidConfigurationException($"The case {found.Name} has two files, {Path.GetFileName(first)} and {Path.GetFileName(second)} in '{Path.GetDirectoryName(second)}'; one is accepted.");
    }

    // A series of DICOM, or one NIfTI scan, and perhaps its label as NIfTI.
    private void AddCaseFolder(string folder)
    {
        var files = Files(folder).ToLookup(KindOf);
        LeftAlone.AddRange(files[RawFileKind.NoScan]);
        if (hasLabelsAlone && !files.Contains(RawFileKind.Dicom))
        {
            AddLabelFolder(folder, files);
            return;
        }

        var labels = files[RawFileKind.Nifti].Where(path => IsLabelInFolder(RawFile.CaseName(path))).ToList();
        var images = files[RawFileKind.Nifti].Except(labels).Concat(files[RawFileKind.OtherScan]).ToList();
        if (!files.Contains(RawFileKind.Dicom) && images.Count + labels.Count == 0)
        {
            LeftAlone.AddRange(files[RawFileKind.Unknown]);
            return;
        }

        string? fault = null;
        var unread = files.Contains(RawFileKind.Dicom) ? [.. files[RawFileKind.Unknown], .. images] : files[RawFileKind.OtherScan].ToList();
        if (unread.Count > 0)
            fault = $"The folder has {Counted.Of(unread.Count, "file that is", "files that are")} neither read nor plainly something else ({RawFile.Listed(unread)}); accepted: the DICOM files of one series, or one NIfTI scan. Repair or remove {(unread.Count == 1 ? "it" : "them")}.";
        else if (images.Count > 1)
            fault = $"The folder has {images.Count} scans ({RawFile.Listed(images)}); accepted: one{(suffixes.Count > 0 ? $", and its label with a name that ends in {string.Join(", ", suffixes)}. If there are masks of a structure each, put them into labels/{Path.GetFileName(folder)}/ and the scan into images/" : "")}.";
        else if (labels.Count > 1)
            fault = $"The folder has {labels.Count} labels ({RawFile.Listed(labels)}); accepted: one.";
        var image = files.Contains(RawFileKind.Dicom) ? folder : images.FirstOrDefault();
        Add(new RawCase(Path.GetFileName(folder), image, labels.FirstOrDefault(), fault));
    }

    private void AddLabelFolder(string folder, ILookup<RawFileKind, string> files)
    {
        var name = Path.GetFileName(folder);
        LeftAlone.AddRange(files[RawFileKind.Unknown]);
        var label = MaskFolder.Of(folder, files, file => file == name || IsSuffixAlone(file) || (SuffixOf(file) is { } suffix && file[..^suffix.Length] == name));

        // Without masks it is nobody's second label: its name may be that of a file beside it.
        if (label.Masks is [])
            Cases.TryAdd(name, label);
        else
            Add(label);
    }

    // In a folder of its own a label may be called what the suffix says, without the scan's name before it.
    private bool IsLabelInFolder(string name) => SuffixOf(name) is not null || IsSuffixAlone(name);

    private bool IsSuffixAlone(string name) => suffixes.Any(suffix => suffix.TrimStart('_', '-', '.').Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The files below a folder, without what systems leave behind, in the order of their paths; a folder that cannot be listed is itself among them.</summary>
    public static IEnumerable<string> Files(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder)
                .Concat(Directory.EnumerateDirectories(folder).Where(path => !RawFile.IsLeftBehind(path)).SelectMany(Files))
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception fault) when (IsUnreadable(fault))
        {
            return [folder];
        }
    }

    /// <summary>The kind of a file; one that cannot be opened, such as a link whose target is gone, is a matter of its own case: the others can be read.</summary>
    public static RawFileKind KindOf(string path)
    {
        try
        {
            return RawFile.Of(path);
        }
        catch (Exception fault) when (IsUnreadable(fault))
        {
            return RawFileKind.Unknown;
        }
    }

    private static bool IsUnreadable(Exception fault) => fault is IOException or UnauthorizedAccessException;
}
