namespace Sassnet.Training.Segmentation;

/// <summary>What <c>report.csv</c> says of one case: its figures, or the error; both where what was asked for later could not be made: all but the error is then of the result that is there.</summary>
/// <param name="Case">The case's name, and that of its folder in the output.</param>
/// <param name="Identity">What the result depends on.</param>
/// <param name="Found">What was found; null where there is no result.</param>
/// <param name="Outputs">Which files of the case were made here, and may be replaced or deleted: whatever else lies in its folder is somebody else's.</param>
/// <param name="Error">Why there is no result, or not all of it that was asked for; else empty.</param>
internal sealed record ReportRow(string Case, CaseIdentity Identity, CaseFigures? Found, IReadOnlyList<CaseOutput> Outputs, string Error);

/// <summary>The figures of a case.</summary>
/// <param name="VolumeMl">The volume of all labels together, in millilitres.</param>
/// <param name="LabelVolumesMl">With several labels the volume of each, with its name; empty with one.</param>
/// <param name="Voxels">Its voxels.</param>
/// <param name="HeadAgreement">Dice between the network's two answers, a flag of quality, of the worst label; null where both are empty.</param>
/// <param name="Warnings">The slugs of what makes the result doubtful, each once, with spaces between.</param>
/// <param name="Remarks">The warnings' sentences.</param>
/// <param name="Mode">How the network was led over the scan.</param>
/// <param name="Seconds">How long the case's own stages took together, from reading to writing; those of several cases overlap.</param>
/// <param name="NetworkSeconds">How much of that was the network.</param>
internal sealed record CaseFigures(
    double VolumeMl, string LabelVolumesMl, long Voxels, double? HeadAgreement, string Warnings, string Remarks, string Mode, double Seconds, double NetworkSeconds);
