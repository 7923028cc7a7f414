namespace Sassnet.Training.Preparation;

/// <summary>The cases that are of one patient by the PatientID of their DICOM files, where nobody says who is whose by the cases' names.</summary>
/// <param name="FirstOf">The first of each patient's cases, by the name of each; none for cases that stand alone.</param>
/// <param name="Note">What is to be said of it, in a line; null where no two cases have one PatientID.</param>
internal sealed record SharedPatients(IReadOnlyDictionary<string, string> FirstOf, string? Note)
{
    /// <summary>Looks for equal ones.</summary>
    /// <param name="cases">The cases, in the order of their names.</param>
    public static SharedPatients Of(IEnumerable<InspectedCase> cases)
    {
        var patients = cases.Where(inspected => inspected.PatientHash is not null).GroupBy(inspected => inspected.PatientHash, inspected => inspected.Name)
            .Select(patient => patient.ToList()).ToList();
        var shared = patients.Where(patient => patient.Count > 1).ToList();
        if (shared.Count == 0)
            return new SharedPatients(new Dictionary<string, string>(), null);
        var listed = string.Join("; ", shared.Select(patient => string.Join(", ", patient)));

        // Who takes the names out of files often writes one PatientID into all: taken at its word, it would leave nobody to validate with.
        return patients.Count == 1
            ? new SharedPatients(
                new Dictionary<string, string>(),
                $"WARNING All {shared[0].Count} cases with a PatientID have the same one ({listed}), as anonymised files have, so each counts as a patient. If some are of one patient, say which by --patient-pattern: else scans of a patient may be trained on and validated with.")
            : new SharedPatients(
                shared.SelectMany(patient => patient.Select(name => (name, patient[0]))).ToDictionary(),
                $"Of one patient by their PatientID, and dealt together: {listed}. --patient-pattern tells patients by the cases' names instead.");
    }
}
