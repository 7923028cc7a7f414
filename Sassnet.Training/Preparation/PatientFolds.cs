using Sassnet.Training.Configuration;
using Sassnet.Training.Data;

namespace Sassnet.Training.Preparation;

/// <summary>The folds of a cross-validation: every labelled case is for validation in one of them, and no patient is on both sides of any.</summary>
internal static class PatientFolds
{
    /// <summary>
    /// Deals whole patients out, those with many labelled cases first and, among equals, in an order that the seed decides, each to the fold with the fewest
    /// labelled cases: so folds are as even as their patients allow.
    /// </summary>
    /// <param name="cases">Sound cases, in the order of their names.</param>
    /// <param name="options">How many folds, the seed and the patients' keys.</param>
    /// <returns>A split for each fold; none where no fold is wanted.</returns>
    /// <exception cref="InvalidConfigurationException">Fewer patients with a labelled case than folds, or a name without patient.</exception>
    public static IReadOnlyList<PatientSplit> Of(IReadOnlyList<InspectedCase> cases, PreparationOptions options)
    {
        if (options.Folds == 0)
            return [];
        var patients = PatientSplit.LabelledPatients(cases, options);
        if (patients.Length < options.Folds)
            throw new InvalidConfigurationException($"--folds is {options.Folds}; accepted: at most {patients.Length}, as many as there are patients with a labelled case.");
        new SeededRandom(options.Seed).For("folds", 0).Shuffle(patients);
        var folds = Enumerable.Range(0, options.Folds).Select(_ => (Patients: new HashSet<string>(), Cases: 0)).ToArray();
        foreach (var patient in patients.OrderByDescending(patient => patient.Count()))
        {
            var fewest = folds.Index().MinBy(fold => fold.Item.Cases).Index;
            folds[fewest].Patients.Add(patient.Key);
            folds[fewest].Cases += patient.Count();
        }

        return [.. folds.Select(fold => PatientSplit.Of(cases, options, fold.Patients))];
    }
}
