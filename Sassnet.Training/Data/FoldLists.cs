using System.Globalization;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>
/// The folds of a cross-validation in a data folder: <c>folds/0</c>, <c>folds/1</c> and on, each with <c>labelled.list</c>, <c>validation.list</c> and, where
/// it has scans without labels to train on, <c>unlabelled.list</c>. A list names cases of the data folder, one a line. Every case that is validated with at
/// all is so in one fold alone.
/// </summary>
public static class FoldLists
{
    /// <summary>The list of cases that a fold trains on with their labels.</summary>
    public const string Labelled = "labelled.list";

    /// <summary>The list of cases that a fold trains on without labels.</summary>
    public const string Unlabelled = "unlabelled.list";

    /// <summary>The list of labelled cases that a fold never trains on.</summary>
    public const string Validation = "validation.list";

    /// <summary>The folder of all folds in a data folder.</summary>
    public const string Root = "folds";

    /// <summary>A fold's folder, relative to the data folder.</summary>
    /// <param name="fold">Counted from 0.</param>
    public static string Folder(int fold) => $"{Root}/{fold.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The data options with the lists of a fold.</summary>
    /// <param name="data">Options with the data folder's full path.</param>
    /// <param name="fold">Counted from 0.</param>
    public static DataOptions Select(DataOptions data, int fold)
    {
        ArgumentNullException.ThrowIfNull(data);
        var folder = Folder(fold);
        return data with
        {
            Labelled = $"{folder}/{Labelled}",
            Unlabelled = File.Exists(Path.Combine(data.Folder, folder, Unlabelled)) ? $"{folder}/{Unlabelled}" : "",
            Validation = $"{folder}/{Validation}",
        };
    }

    /// <summary>Sees that a data folder has as many folds as are meant, and that no case is validated with in two of them.</summary>
    /// <exception cref="InvalidConfigurationException">It has not; the message says what it has.</exception>
    public static void Check(string dataFolder, int folds, CaseFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var root = Path.Combine(dataFolder, Root);
        var found = Directory.Exists(root) ? Directory.EnumerateDirectories(root).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList() : [];
        if (found.Count != folds || Enumerable.Range(0, folds).Any(fold => !Directory.Exists(Path.Combine(dataFolder, Folder(fold)))))
        {
            throw new InvalidConfigurationException(
                $"--folds is {folds}; the data folder '{dataFolder}' has {(found.Count == 0 ? "no folds" : $"the folds {string.Join(", ", found)}")} in {Root}/. "
                + $"Accepted: as many as there are, {Root}/0 and on, each with {Labelled} and {Validation}; 'prepare --folds {folds}' makes them.");
        }

        var validated = new Dictionary<string, int>();
        for (var fold = 0; fold < folds; fold++)
        {
            foreach (var name in files.List($"{Folder(fold)}/{Validation}"))
            {
                if (!validated.TryAdd(name, fold))
                    throw new InvalidConfigurationException($"The case {name} is in {Validation} of the folds {validated[name]} and {fold}; accepted: every case in one.");
            }
        }
    }
}
