using Sassnet.Training.Configuration;

namespace Sassnet.Training.Preparation;

/// <summary>A case as it lies in the raw folder.</summary>
/// <param name="Name">The image's file name without extension.</param>
/// <param name="Image">The image's path; null where there is only a label.</param>
/// <param name="Label">The label's path; null for an unlabelled scan.</param>
public sealed record RawCase(string Name, string? Image, string? Label);

/// <summary>
/// Finds cases in a folder of raw NIfTI files: scans in <c>images/</c> with labels of the same names in <c>labels/</c>; or, where there is no
/// <c>images/</c>, all in one folder, labels by the end of their names. A scan without label is unlabelled.
/// </summary>
public static class RawFolder
{
    private static readonly string[] Extensions = [".nii.gz", ".nii"];

    /// <summary>Finds the cases, in the order of their names.</summary>
    /// <param name="folder">The raw folder.</param>
    /// <param name="labelSuffixes">How the names of labels end in a folder of both.</param>
    /// <exception cref="InvalidConfigurationException">No such folder, no scan in it, or two files for one name.</exception>
    public static IReadOnlyList<RawCase> Find(string folder, IReadOnlyList<string> labelSuffixes)
    {
        if (!Directory.Exists(folder))
            throw new InvalidConfigurationException($"There is no input folder '{folder}' (from {Environment.CurrentDirectory}).");
        var (imageFolder, labelFolder) = (Path.Combine(folder, "images"), Path.Combine(folder, "labels"));
        var (images, labels) = Directory.Exists(imageFolder) ? (Named(imageFolder), Named(labelFolder)) : Separated(Named(folder), labelSuffixes);
        if (images.Count == 0)
            throw new InvalidConfigurationException($"There is no scan in '{folder}'; accepted: NIfTI files (.nii, .nii.gz) in its folder images/, or in itself.");
        return [.. images.Keys.Union(labels.Keys).Order(StringComparer.Ordinal).Select(name => new RawCase(name, images.GetValueOrDefault(name), labels.GetValueOrDefault(name)))];
    }

    /// <summary>The extension of a NIfTI file's name, with its dot; empty where the name has none.</summary>
    internal static string ExtensionOf(string path) => Extensions.FirstOrDefault(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) ?? "";

    private static Dictionary<string, string> Named(string folder)
    {
        var files = new Dictionary<string, string>();
        foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Where(path => ExtensionOf(path).Length > 0) : [])
        {
            var name = Path.GetFileName(path)[..^ExtensionOf(path).Length];
            if (!files.TryAdd(name, path))
                throw new InvalidConfigurationException($"The case {name} has two files, {Path.GetFileName(files[name])} and {Path.GetFileName(path)} in '{folder}'; one is accepted.");
        }

        return files;
    }

    private static (Dictionary<string, string> Images, Dictionary<string, string> Labels) Separated(
        Dictionary<string, string> files, IReadOnlyList<string> labelSuffixes)
    {
        var (images, labels) = (new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var (name, path) in files)
        {
            var suffix = labelSuffixes.FirstOrDefault(suffix => name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal));
            if (suffix is null)
                images.Add(name, path);
            else if (!labels.TryAdd(name[..^suffix.Length], path))
                throw new InvalidConfigurationException($"The case {name[..^suffix.Length]} has two labels, {Path.GetFileName(labels[name[..^suffix.Length]])} and {Path.GetFileName(path)}; one is accepted.");
        }

        return (images, labels);
    }
}
