using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Data;

/// <summary>Which cases a run uses for what.</summary>
/// <param name="Labelled">Trained on with their labels.</param>
/// <param name="Unlabelled">Trained on without; none for a method that cannot.</param>
/// <param name="Validation">Labelled, and not trained on.</param>
public sealed record DataSplit(IReadOnlyList<string> Labelled, IReadOnlyList<string> Unlabelled, IReadOnlyList<string> Validation)
{
    /// <summary>Reads the list files that a configuration names.</summary>
    /// <exception cref="InvalidConfigurationException">A list is missing or too short, a case has two uses, or a method that needs unlabelled cases has none.</exception>
    public static DataSplit Of(TrainingOptions options, CaseFiles files)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(files);
        var data = options.Data;
        var labelled = files.List(data.Labelled);
        var unlabelled = options.Method.UsesUnlabelled() && data.Unlabelled.Length > 0 ? files.List(data.Unlabelled) : [];
        var validation = data.Validation.Length > 0 ? files.List(data.Validation) : [];
        CheckDisjoint((data.Labelled, labelled), (data.Unlabelled, unlabelled));
        CheckDisjoint((data.Validation, validation), (data.Labelled, labelled));
        CheckDisjoint((data.Validation, validation), (data.Unlabelled, unlabelled));

        var kept = data.LabelledCases == 0 ? labelled.Count : data.LabelledCases;
        if (kept > labelled.Count)
            throw new InvalidConfigurationException($"'data.labelledCases' is {kept}; accepted: 0 (all) to the {Counted.Of(labelled.Count, "case")} of {data.Labelled}.");
        if (options.Method.UsesUnlabelled() && unlabelled.Count == 0 && kept == labelled.Count)
        {
            throw new InvalidConfigurationException(
                $"The method {options.Method.Name()} learns from unlabelled scans too, and there are none: 'data.unlabelled' is empty and 'data.labelledCases' {data.LabelledCases} keeps all "
                + $"{labelled.Count} labelled ones. Accepted: a list, fewer labelled cases, or the methods vnet and vnet-sdm.");
        }

        return new DataSplit([.. labelled.Take(kept)], options.Method.UsesUnlabelled() ? [.. labelled.Skip(kept), .. unlabelled] : [], validation);
    }

    private static void CheckDisjoint((string List, IReadOnlyList<string> Cases) one, (string List, IReadOnlyList<string> Cases) other)
    {
        if (one.Cases.Intersect(other.Cases).FirstOrDefault() is { } both)
            throw new InvalidConfigurationException($"The case {both} is in both {one.List} and {other.List}.");
    }
}
