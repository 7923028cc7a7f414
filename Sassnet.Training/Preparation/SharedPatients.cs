using System.Text.RegularExpressions;
using Sassnet.Model.Wording;

namespace Sassnet.Training.Preparation;

/// <summary>The cases that are of one patient by the PatientID of their DICOM files, or by names that begin with a subject as BIDS writes it, <c>sub-LABEL</c>.</summary>
/// <param name="FirstOf">The first of each patient's cases, by the name of each; none for cases that stand alone.</param>
/// <param name="Notes">What is to be said of it, a line each; none where no two cases have one PatientID or subject.</param>
internal sealed partial record SharedPatients(IReadOnlyDictionary<string, string> FirstOf, IReadOnlyList<string> Notes)
{
    // So many scans of one patient, and more than that share of all, are no patient's.
    private const int MostScans = 4;
    private const int Share = 4;

    /// <summary>Looks for equal ones where nobody says who is whose by the cases' names.</summary>
    /// <param name="cases">The cases, in the order of their names.</param>
    public static SharedPatients Of(IEnumerable<InspectedCase> cases)
    {
        List<InspectedCase> all = [.. cases];
        var (shared, withId) = ByPatientId(all);
        var subjects = all.Select(inspected => inspected.Name).GroupBy(SubjectOf).Where(subject => subject.Key is not null && subject.Count() > 1).ToList();

        // Who takes the names out of files often writes one PatientID into all: taken at its word, it would leave nobody to validate with.
        var notes = shared[true].Where(patient => patient.Exists(name => SubjectOf(name) is null)).Select(patient => $"WARNING {patient.Count} of {Counted.Of(withId, "case")} with a PatientID have the same one ({FirstFew.Of(patient)}), as anonymised files have, so each counts as a patient. If some are of one patient, say which by --patient-pattern: else scans of a patient may be trained on and validated with.").ToList();
        if (shared[false].Any())
            notes.Add($"Of one patient by their PatientID, and dealt together: {string.Join("; ", shared[false].Select(patient => string.Join(", ", patient)))}. --patient-pattern tells patients by the cases' names instead.");
        if (subjects.Count > 0)
            notes.Add($"Of one patient by their names, as BIDS has them, and dealt together: {FirstFew.Of(subjects, subject => $"{Counted.Of(subject.Count(), "case")} of {subject.Key}")}. --patient-pattern tells patients otherwise.");
        return new SharedPatients(FirstOfEach([.. shared[false], .. subjects]), notes);
    }

    /// <summary>Looks where the cases' names, which decide, tell cases of one PatientID apart: nothing is dealt together for it, but it is said.</summary>
    /// <param name="cases">The cases, in the order of their names.</param>
    /// <param name="patientOf">The patient's key by a case's name.</param>
    public static SharedPatients Against(IEnumerable<InspectedCase> cases, Func<string, string> patientOf)
    {
        var (shared, all) = ByPatientId(cases);
        var anonymous = shared[true].Where(patient => Parted(patient).Count > 1).Select(patient => $"{patient.Count} of {Counted.Of(all, "case")} with a PatientID have the same one ({FirstFew.Of(patient)}), as anonymised files have: --patient-pattern alone says who is whose.");
        var contradicted = shared[false].Select(Parted).Where(names => names.Count > 1).Select(names => $"WARNING {Joined(names)} have one PatientID and are of {(names.Count == 2 ? "two patients" : Counted.Of(names.Count, "patient"))} by --patient-pattern, which decides: scans of a patient may be trained on and validated with.");
        return new SharedPatients(new Dictionary<string, string>(), [.. anonymous, .. contradicted]);

        // The first case of each patient that the names tell.
        List<string> Parted(List<string> patient) => [.. patient.DistinctBy(patientOf)];
    }

    // Apart, by the key, what is no patient's; and how many cases have a PatientID.
    private static (ILookup<bool, List<string>> Shared, int All) ByPatientId(IEnumerable<InspectedCase> cases)
    {
        var patients = cases.Where(inspected => inspected.PatientHash is not null).GroupBy(inspected => inspected.PatientHash, inspected => inspected.Name)
            .Select(patient => patient.ToList()).ToList();
        var all = patients.Sum(patient => patient.Count);
        return (patients.Where(patient => patient.Count > 1).ToLookup(patient => patient.Count == all || (patient.Count > MostScans && Share * patient.Count > all)), all);
    }

    // Who is of one patient with a case is so with all that this one is of one patient with.
    private static Dictionary<string, string> FirstOfEach(IEnumerable<IEnumerable<string>> groups)
    {
        var together = new Dictionary<string, List<string>>();
        foreach (var group in groups)
        {
            List<string> all = [.. group.SelectMany(name => together.GetValueOrDefault(name) ?? [name]).Distinct()];
            foreach (var name in all)
                together[name] = all;
        }

        return together.ToDictionary(one => one.Key, one => one.Value[0]);
    }

    // Null where the name does not begin with one.
    private static string? SubjectOf(string name) => SubjectPattern().Match(name) is { Success: true } match ? match.Value : null;

    // The Brain Imaging Data Structure has letters and digits in a label, and an underscore before what comes next.
    [GeneratedRegex(@"^sub-[0-9A-Za-z]+(?=_|\z)")]
    private static partial Regex SubjectPattern();

    private static string Joined(List<string> names) => names.Count > FirstFew.Most ? FirstFew.Of(names) : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";
}
