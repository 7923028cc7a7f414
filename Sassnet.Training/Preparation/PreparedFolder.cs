using Sassnet.Model.Files;

namespace Sassnet.Training.Preparation;

/// <summary>
/// Writes a data folder as <c>train</c> and <c>evaluate</c> read it: <c>images/</c>, <c>labels/</c> and list files. Files are copied, not linked: what was
/// checked stays as it was checked, whatever becomes of the raw folder.
/// </summary>
internal static class PreparedFolder
{
    /// <summary>Copies the cases of a split and writes its lists; an empty list has no file.</summary>
    public static void Write(string folder, IReadOnlyCollection<InspectedCase> cases, PatientSplit split)
    {
        Directory.CreateDirectory(Path.Combine(folder, "images"));
        Directory.CreateDirectory(Path.Combine(folder, "labels"));
        var used = split.Labelled.Concat(split.Unlabelled).Concat(split.Validation).ToHashSet();
        foreach (var raw in cases.Select(inspected => inspected.Raw).Where(raw => used.Contains(raw.Name)))
        {
            Copy(raw.Image!, Path.Combine(folder, "images"), raw.Name);
            if (raw.Label is not null)
                Copy(raw.Label, Path.Combine(folder, "labels"), raw.Name);
        }

        WriteList(folder, "labelled", split.Labelled);
        WriteList(folder, "unlabelled", split.Unlabelled);
        WriteList(folder, "validation", split.Validation);
    }

    private static void Copy(string source, string folder, string name) => AtomicFile.Write(Path.Combine(folder, name + RawFolder.ExtensionOf(source)), copy =>
    {
        using var original = File.OpenRead(source);
        original.CopyTo(copy);
    });

    private static void WriteList(string folder, string list, IReadOnlyList<string> names)
    {
        if (names.Count > 0)
            AtomicFile.WriteText(Path.Combine(folder, list + ".list"), string.Join('\n', names) + "\n");
    }
}
