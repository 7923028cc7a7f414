using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Training.Preparation.Raw;

/// <summary>The label of a case as a folder with a mask for each structure, <c>labels/CASE/liver.nii.gz</c> or <c>labels/CASE/CASE_liver.nii.gz</c>.</summary>
internal static class MaskFolder
{
    private const string Accepted = "a mask for each structure (.nii, .nii.gz), named after it";

    /// <summary>The label in a folder: its masks in the order of their names, or the one file that is all of it. Without a NIfTI file there is a fault, and no mask.</summary>
    /// <param name="folder">The folder, called as its case.</param>
    /// <param name="files">The files in it.</param>
    /// <param name="isWhole">Whether a file is the label of the whole case, by its name without extension.</param>
    public static RawCase Of(string folder, ILookup<RawFileKind, string> files, Func<string, bool> isWhole)
    {
        var found = new RawCase(Path.GetFileName(folder), folder, null);
        var (masks, others) = (files[RawFileKind.Nifti].ToList(), files[RawFileKind.OtherScan].ToList());
        if (others.Count > 0)
            return found with { Fault = $"The label's folder has {Counted.Of(others.Count, "file that is", "files that are")} not read ({RawFile.Listed(others)}); accepted: {Accepted}. Convert or remove {(others.Count == 1 ? "it" : "them")}." };
        if (masks.Count == 0)
            return found with { Fault = $"The label's folder has no NIfTI file; accepted: {Accepted}. Remove the folder where the scan is to count as unlabelled.", Masks = [] };
        var whole = masks.Find(path => isWhole(RawFile.CaseName(path)));
        if (whole is not null)
        {
            return masks.Count == 1 ? found with { Image = whole } : found with
            {
                Fault = $"The label's folder has {masks.Count} files ({RawFile.Listed(masks)}), and {Path.GetFileName(whole)} is the label of the whole case by its name; accepted: that alone, or {Accepted}.",
            };
        }

        IReadOnlyList<StructureMask> named = [.. masks.Select(path => new StructureMask(Structure(RawFile.CaseName(path), found.Name), path)).OrderBy(mask => mask.Name, StringComparer.OrdinalIgnoreCase)];
        var twice = named.GroupBy(mask => mask.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1);
        return found with
        {
            Masks = named,
            Fault = twice is null ? null : $"The label's folder has {twice.Count()} masks of {twice.Key} ({RawFile.Listed([.. twice.Select(mask => mask.Path)])}); accepted: one for each structure.",
        };
    }

    /// <summary>
    /// The cases with a fault where one has a label of another form, and the names of all structures, however these are capitalised; none where there are no
    /// masks. Where every folder has one file, and half of these or more are labels of several values, each is the label of its whole case, whatever it is called:
    /// a part of whole labels has one of the structures alone, and a single file that is neither one nor the other is a fault of its case, not of all.
    /// </summary>
    /// <param name="cases">The cases.</param>
    /// <param name="cancellationToken">Stops between files, and between parts of one: single files have to be read to tell.</param>
    /// <returns>The cases, the names, and where single files are whole labels, the first that has several values; null else.</returns>
    public static (IReadOnlyList<RawCase> Cases, IReadOnlyList<string> Names, string? Whole) Together(IReadOnlyList<RawCase> cases, CancellationToken cancellationToken)
    {
        var masked = cases.Where(raw => raw.Image is not null && raw.Masks is [_, ..]).ToList();
        if (masked.Count == 0)
            return (cases, [], null);
        if (masked.TrueForAll(raw => raw.Masks is [_]) && SeveralIn(masked, cancellationToken) is { } whole)
            return ([.. cases.Select(raw => raw.Masks is [var only] ? raw with { Label = only.Path, Masks = null } : raw)], [], whole);
        return ([.. cases.Select(OfOneForm)], [.. masked.SelectMany(raw => raw.Masks!).Select(mask => mask.Name).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)], null);

        RawCase OfOneForm(RawCase raw) => raw.Masks is not null || raw.Image is null || !File.Exists(raw.Label) ? raw : raw with
        {
            Fault = raw.Fault ?? $"The label is the file {Path.GetFileName(raw.Label)}, and that of {masked[0].Name} a folder with a mask for each structure: which value of the file is which structure, nothing says. Accepted: one of the two for all cases.",
        };
    }

    // What belongs to its case by its name often has the case's before its own; left there, each would be a structure of one case.
    private static string Structure(string file, string name) =>
        (file.Length > name.Length + 1 && file.StartsWith(name, StringComparison.Ordinal) && file[name.Length] is '_' or '-' ? file[(name.Length + 1)..] : file).Trim();

    // The first of the single files that have several values, where these are half of all or more.
    private static string? SeveralIn(List<RawCase> masked, CancellationToken cancellationToken)
    {
        var half = (masked.Count + 1) / 2;
        var several = masked.Select(raw => raw.Masks![0].Path).Where(path => HasSeveralValues(path, cancellationToken)).Take(half).ToList();
        return several.Count == half ? several[0] : null;
    }

    // A mask that was interpolated has many, which are no label's.
    private static bool HasSeveralValues(string path, CancellationToken cancellationToken)
    {
        try
        {
            var values = MaskValues.Of(RawVolume.Read(path, cancellationToken).Volume.Voxels);
            return values.Count > 1 && values.All(value => value is >= 1 and <= byte.MaxValue && float.IsInteger(value));
        }
        catch (Exception fault) when (fault is InvalidVolumeException or IOException or UnauthorizedAccessException)
        {
            // Whoever reads the label says so.
            return false;
        }
    }
}
