using Sassnet.Model.Wording;
using Sassnet.Training.Data;

namespace Sassnet.Training.Preparation;

/// <summary>What inspected cases are together.</summary>
/// <param name="Cases">All of them, in the order of their names.</param>
/// <param name="Sound">Those of them that can be used.</param>
/// <param name="Missing">Which labels lack some of several structures, a sentence each.</param>
/// <param name="Statistics">Of the sound scans; null where there are none.</param>
/// <param name="Shared">Which sound cases are of one patient by their files.</param>
internal sealed record CaseFindings(
    IReadOnlyList<InspectedCase> Cases, IReadOnlyList<InspectedCase> Sound, IReadOnlyList<string> Missing, DataStatistics? Statistics, SharedPatients Shared)
{
    /// <summary>What is to be said of them, a line each.</summary>
    public IEnumerable<string> Lines =>
        [.. Cases.SelectMany(inspected => inspected.Faults.Select(fault => $"FAULT {inspected.Name}: {fault}")), .. Missing, .. Shared.Notes];

    /// <summary>How many are faulty, and what can be done about it where nothing is made for them.</summary>
    public string Refusal => Cases.Count - Sound.Count is 1
        ? $"1 of {Counted.Of(Cases.Count, "case")} is faulty; nothing was written but {OverviewPage.FileName}. Repair it, or leave it out with --skip-faulty."
        : $"{Cases.Count - Sound.Count} of {Counted.Of(Cases.Count, "case")} are faulty; nothing was written but {OverviewPage.FileName}. Repair them, or leave them out with --skip-faulty.";

    /// <summary>Of cases.</summary>
    /// <param name="cases">In the order of their names.</param>
    /// <param name="options">What is told from the background, and how patients are told apart.</param>
    public static CaseFindings Of(IReadOnlyList<InspectedCase> cases, PreparationOptions options)
    {
        IReadOnlyList<InspectedCase> sound = [.. cases.Where(inspected => inspected.IsSound)];
        IReadOnlyList<string> names = [.. options.Structures.Select(one => one.Name)];
        List<LabelledCase> labelled = [.. sound.Where(inspected => inspected.IsLabelled).Select(inspected => new LabelledCase(inspected.Name, inspected.Structures))];
        return new CaseFindings(
            cases,
            sound,
            [.. MissingStructures.Sentences(names, labelled, "labelled case")],
            sound.Count > 0 ? DataStatistics.Of([.. sound.Select(inspected => inspected.Scan!)]) with { WindowHu = CtScans.Window(sound) } : null,
            options.PatientPattern is null ? SharedPatients.Of(sound) : SharedPatients.Against(sound, options.PatientOf));
    }
}
