using Sassnet.Training.Configuration;
using Sassnet.Training.Data;

namespace Sassnet.Training.Preparation;

/// <summary>Which cases to train on and which to validate with, so that no patient is on both sides.</summary>
/// <param name="Labelled">Trained on with their labels.</param>
/// <param name="Unlabelled">Trained on without labels.</param>
/// <param name="Validation">Labelled, and never trained on.</param>
/// <param name="LeftOut">Unlabelled scans of validation patients.</param>
public sealed record PatientSplit(
    IReadOnlyList<string> Labelled, IReadOnlyList<string> Unlabelled, IReadOnlyList<string> Validation, IReadOnlyList<string> LeftOut)
{
    /// <summary>
    /// Draws whole patients for validation, in an order that the seed decides, as long as the share of labelled cases is not passed: one with more cases than
    /// there is room for is passed over. Where the share is above 0 it is at least one, that with the fewest cases where none has room, and never all.
    /// </summary>
    /// <param name="cases">Sound cases, in the order of their names.</param>
    /// <param name="options">The share, the seed and the patients' keys.</param>
    /// <exception cref="InvalidConfigurationException">No labelled case, a name without patient, or one labelled patient only and a share above 0.</exception>
    public static PatientSplit Of(IReadOnlyList<InspectedCase> cases, PreparationOptions options)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(options);
        var patients = LabelledPatients(cases, options);
        if (options.ValidationShare > 0 && patients.Length < 2)
            throw new InvalidConfigurationException($"All labelled cases are of one patient, {patients[0].Key}; a validation share of 0 or two patients are accepted.");

        new SeededRandom(options.Seed).For("validation", 0).Shuffle(patients);
        var (target, chosen, count) = (options.ValidationShare * patients.Sum(patient => patient.Count()), new HashSet<string>(), 0);
        foreach (var patient in options.ValidationShare > 0 ? patients[..^1] : [])
        {
            if (count + patient.Count() > target)
                continue;
            chosen.Add(patient.Key);
            count += patient.Count();
        }

        // Among equals the first of the order.
        if (options.ValidationShare > 0 && chosen.Count == 0)
            chosen.Add(patients.MinBy(patient => patient.Count())!.Key);

        return Of(cases, options, chosen);
    }

    /// <summary>Puts patients into validation.</summary>
    /// <param name="cases">Sound cases, in the order of their names.</param>
    /// <param name="options">The patients' keys.</param>
    /// <param name="validation">The keys of the patients.</param>
    internal static PatientSplit Of(IReadOnlyList<InspectedCase> cases, PreparationOptions options, IReadOnlySet<string> validation)
    {
        var bySide = cases.ToLookup(inspected => (inspected.IsLabelled, IsValidation: validation.Contains(options.PatientOf(inspected.Name))), inspected => inspected.Name);
        return new PatientSplit([.. bySide[(true, false)]], [.. bySide[(false, false)]], [.. bySide[(true, true)]], [.. bySide[(false, true)]]);
    }

    /// <summary>The patients with a labelled case, by their keys, each with the names of those cases.</summary>
    /// <exception cref="InvalidConfigurationException">No labelled case, or a name without patient.</exception>
    internal static IGrouping<string, string>[] LabelledPatients(IReadOnlyList<InspectedCase> cases, PreparationOptions options)
    {
        var patients = cases.Where(inspected => inspected.IsLabelled).Select(inspected => inspected.Name)
            .GroupBy(options.PatientOf).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        return patients.Length > 0 ? patients : throw new InvalidConfigurationException("No sound case has a label; at least one is needed to train.");
    }

    /// <summary>What a case is used for, in a word or two.</summary>
    public string UseOf(string name) =>
        Labelled.Contains(name) ? "labelled"
        : Unlabelled.Contains(name) ? "unlabelled"
        : Validation.Contains(name) ? "validation"
        : LeftOut.Contains(name) ? "left out: its patient is in validation"
        : "left out: faulty";
}
