using System.Globalization;

namespace Sassnet.Training.Evaluation;

/// <summary>Where an evaluation of several labels has the figures of each: <c>label-VALUE/</c> in its folder.</summary>
internal static class LabelFolder
{
    private const string Prefix = "label-";

    /// <summary>The folder of a label.</summary>
    /// <param name="folder">The evaluation's folder.</param>
    /// <param name="label">The label's value; null for what is over all labels, which lies in the evaluation's folder itself.</param>
    public static string Of(string folder, byte? label) => label is { } value ? Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{value}")) : folder;

    /// <summary>The labels that an evaluation has such folders of, with their cases, ascending; none where it is of one label.</summary>
    public static IReadOnlyList<byte> In(string folder) =>
    [
        .. Directory.EnumerateDirectories(folder, Prefix + "*")
            .Where(path => File.Exists(Path.Combine(path, CaseTable.FileName)))
            .Select(path => LabelOf(Path.GetFileName(path)))
            .OfType<byte>()
            .Order(),
    ];

    /// <summary>The label whose figures a folder has by its name; null where it is called otherwise.</summary>
    /// <param name="name">The folder's name.</param>
    public static byte? LabelOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && byte.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var label) ? label : null;

    /// <summary>Takes away what an evaluation wrote of a label, and the folder where nothing else is in it.</summary>
    public static void Remove(string folder, byte label)
    {
        var own = new DirectoryInfo(Of(folder, label));
        foreach (var file in (string[])[EvaluationSummary.FileName, CaseTable.FileName])
            File.Delete(Path.Combine(own.FullName, file));
        if (!own.EnumerateFileSystemInfos().Any())
            own.Delete();
    }
}
