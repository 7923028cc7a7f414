using System.Globalization;
using Sassnet.Model.Files;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Preparation;

/// <summary>Makes a data folder and a configuration from a folder of raw scans, after looking at every case.</summary>
public static class DataPreparation
{
    /// <summary>
    /// Inspects every case; writes <c>overview.html</c>; then, where no case is faulty or faulty ones are to be left out, the data folder and
    /// <c>config.yaml</c>.
    /// </summary>
    /// <param name="options">What to make of what.</param>
    /// <param name="console">Gets a line per case, a line per fault and the figures.</param>
    /// <param name="cancellationToken">Stops between cases.</param>
    /// <exception cref="InvalidConfigurationException">An option cannot be used, or a case is faulty and faulty ones are not to be left out.</exception>
    public static void Run(PreparationOptions options, TextWriter console, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(console);
        options.Check();
        var cases = Duplicates.Marked(Inspect(options, console, cancellationToken));
        var sound = cases.Where(inspected => inspected.IsSound).ToList();
        foreach (var (name, fault) in cases.SelectMany(inspected => inspected.Faults.Select(fault => (inspected.Name, fault))))
            console.WriteLine($"FAULT {name}: {fault}");

        var statistics = sound.Count > 0 ? DataStatistics.Of([.. sound.Select(inspected => inspected.Scan!)]) : null;
        var split = sound.Count == cases.Count || options.SkipFaulty ? PatientSplit.Of(sound, options) : null;
        Directory.CreateDirectory(options.Output);
        if (split is not null && statistics is not null)
        {
            PreparedFolder.Write(options.Output, sound, split);
            AtomicFile.WriteText(Path.Combine(options.Output, StarterConfiguration.FileName), StarterConfiguration.Text(options, statistics, split));
        }

        AtomicFile.WriteText(Path.Combine(options.Output, OverviewPage.FileName), OverviewPage.Html(cases, statistics, split));
        if (split is null)
            throw new InvalidConfigurationException($"{cases.Count - sound.Count} of {cases.Count} cases are faulty; nothing was written but {OverviewPage.FileName}. Repair them, or leave them out with --skip-faulty.");
        Report(console, options.Output, statistics!, split);
    }

    private static List<InspectedCase> Inspect(PreparationOptions options, TextWriter console, CancellationToken cancellationToken)
    {
        var raw = RawFolder.Find(options.Input, options.LabelSuffixes);

        // A pattern that does not fit is said before the hour it may take to read everything.
        foreach (var one in raw)
            options.PatientOf(one.Name);
        var inspection = new CaseInspection(options.Foreground, options.OtherLabels);
        var cases = new List<InspectedCase>();
        foreach (var one in raw)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var inspected = inspection.Run(one);
            cases.Add(inspected);
            console.WriteLine($"{cases.Count}/{raw.Count}  {one.Name}  {inspected.Scan?.Size.ToString() ?? "unreadable"}  {(inspected.IsLabelled ? "labelled" : "unlabelled")}");
        }

        return cases;
    }

    private static void Report(TextWriter console, string folder, DataStatistics statistics, PatientSplit split)
    {
        var spacing = statistics.SpacingMm.Select(axis => string.Create(CultureInfo.InvariantCulture, $"{axis.Minimum:G4} to {axis.Maximum:G4}, median {axis.Median:G4}"));
        console.WriteLine($"voxel edges in mm, right, front, head: {string.Join("; ", spacing)}");
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"scans' mean intensities {statistics.Mean.Minimum:G4} to {statistics.Mean.Maximum:G4}, standard deviations {statistics.Deviation.Minimum:G4} to {statistics.Deviation.Maximum:G4}"));
        console.WriteLine($"{split.Labelled.Count} labelled, {split.Unlabelled.Count} unlabelled, {split.Validation.Count} for validation, {split.LeftOut.Count} left out for their patient");
        console.WriteLine($"Look at {Path.Combine(folder, OverviewPage.FileName)}, then: train --config {Path.Combine(folder, StarterConfiguration.FileName)} --output RUN");
    }
}
