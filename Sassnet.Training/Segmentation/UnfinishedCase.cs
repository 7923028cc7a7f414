using Sassnet.Model.Files;

namespace Sassnet.Training.Segmentation;

/// <summary>
/// A file that lies in a case's folder from before the first of its outputs is written until the report has its row, and names them: a process that is killed in
/// between leaves results without a row, which the next call has to tell from what others have put there.
/// </summary>
internal static class UnfinishedCase
{
    /// <summary>Its name; hidden, since it is no result.</summary>
    public const string FileName = ".segment.unfinished";

    /// <summary>What it names; nothing where there is none.</summary>
    /// <param name="folder">The case's folder, which need not be there.</param>
    public static IReadOnlyList<CaseOutput> Outputs(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? CaseOutput.Named(File.ReadAllLines(path)) : [];
    }

    /// <summary>Puts it there, and makes the folder where it is missing.</summary>
    public static void Begin(string folder, IEnumerable<CaseOutput> outputs)
    {
        Directory.CreateDirectory(folder);
        AtomicFile.WriteText(Path.Combine(folder, FileName), string.Concat(outputs.Select(output => output.Name + "\n")));
    }

    /// <summary>Takes it away, where there is one.</summary>
    public static void End(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (File.Exists(path))
            File.Delete(path);
    }
}
