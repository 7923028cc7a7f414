using System.Globalization;
using Sassnet.Model.Packages;
using Sassnet.Training.Data;

namespace Sassnet.Training.Preparation;

/// <summary>The figures of what was made, for the console.</summary>
internal static class PreparationReport
{
    /// <summary>Writes them.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="cases">The sound cases.</param>
    /// <param name="use">What they are used for.</param>
    /// <param name="fit">The training that suits them.</param>
    /// <param name="seldom">The structure that crops which lie anywhere meet too seldom; null for none.</param>
    /// <param name="package">What to begin training with; null for random weights.</param>
    public static void Write(TextWriter console, IReadOnlyList<InspectedCase> cases, CaseUse use, MachineFit fit, SeldomMet? seldom, ModelPackage? package)
    {
        WriteScans(console, use.Statistics);
        console.WriteLine(Counts(use.Split));
        for (var fold = 0; fold < use.Folds.Count; fold++)
            console.WriteLine($"{FoldLists.Folder(fold)}: {Counts(use.Folds[fold])}");
        if (package is not null)
            console.WriteLine(TrainingPlan.VoxelSizes(use.Statistics, package));
        else if (CtScans.Line(cases, use.Statistics.WindowHu) is { } line)
            console.WriteLine(line);
        WriteFit(console, fit, seldom);
        var folder = use.Options.Output;
        console.WriteLine($"Look at {Path.Combine(folder, OverviewPage.FileName)}, then: train --config {ShellWord.Quoted(Path.Combine(folder, StarterConfiguration.FileName))} --output RUN");
    }

    private static void WriteScans(TextWriter console, DataStatistics statistics)
    {
        var spacing = statistics.SpacingMm.Select(axis => string.Create(CultureInfo.InvariantCulture, $"{axis.Minimum:G4} to {axis.Maximum:G4}, median {axis.Median:G4}"));
        console.WriteLine($"voxel edges in mm, right, front, head: {string.Join("; ", spacing)}");
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"scans' mean intensities {statistics.Mean.Minimum:G4} to {statistics.Mean.Maximum:G4}, standard deviations {statistics.Deviation.Minimum:G4} to {statistics.Deviation.Maximum:G4}"));
    }

    private static string Counts(PatientSplit split) =>
        $"{split.Labelled.Count} labelled, {split.Unlabelled.Count} unlabelled, {split.Validation.Count} for validation, {split.LeftOut.Count} left out for their patient";

    private static void WriteFit(TextWriter console, MachineFit fit, SeldomMet? seldom)
    {
        var plan = fit.Plan;
        var spacing = TrainingPlan.Shown(plan.Preprocessing.SpacingMm);
        console.WriteLine($"The configuration trains at {spacing} mm with crops of {string.Join('×', plan.Crop)} voxels{(fit.Coarser is { } why ? $", coarser than the scans: at their own voxel size {why}" : "")}. All scans are in memory at once there, about {ScanMemory.Shown(plan.BytesOfScans)}.");
        if (seldom is not null)
            console.WriteLine(FormattableString.Invariant($"Of crops that lie anywhere in a scan {seldom.Share:P0} at the most meet {seldom.Name}: the configuration has a third of the labelled crops hold a structure (crops.foreground {SeldomMet.Foreground})."));
        foreach (var warning in fit.Warnings)
            console.WriteLine($"WARNING {warning}");
        if (fit.Duration is { } duration)
            console.WriteLine($"Training takes about {StarterConfiguration.Length(duration)} here: {plan.Iterations} iterations of {StarterConfiguration.Seconds(fit)}{StarterConfiguration.Validations(fit)}; {fit.Basis}.");
    }
}
