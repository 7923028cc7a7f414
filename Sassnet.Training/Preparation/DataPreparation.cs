using System.Globalization;
using Sassnet.Model.Files;
using Sassnet.Model.Packages;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Preparation.Raw;
using Sassnet.Training.Runs;

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
    /// <exception cref="InvalidPackageException">The package to begin with cannot be used.</exception>
    public static void Run(PreparationOptions options, TextWriter console, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(console);
        options.Check();
        var package = options.StartFrom is null ? null : StartingPackage.Open(options.StartFrom, "--start-from");
        ResultFolder.RequireWritable(options.Output);
        var raw = RawFolder.Find(options.Input, options.LabelSuffixes, cancellationToken);

        // Before what is refused by it: a note says what the labels were taken for.
        console.WriteLine($"{Counted.Of(raw.Cases.Count, "case")}: {raw.Layout}");
        foreach (var note in raw.Notes)
            console.WriteLine(note);
        options = options.With(raw);
        raw = ChosenMasks.Of(raw, options.Structures);
        IReadOnlyList<string> names = [.. options.Structures.Select(one => one.Name)];
        if (package is not null)
            RequireLabels(package, options, names);
        if (options.Structures.Count > 1)
            console.WriteLine($"{options.Structures.Count} structures: {string.Join(", ", options.Structures.Select(one => $"{one.Name} ({one.Shown})"))}");
        foreach (var warning in StartingLabels.Warnings(package, names))
            console.WriteLine($"WARNING {warning}");

        var cases = Duplicates.Marked(Inspect(options, raw, console, cancellationToken));
        foreach (var (name, warning) in cases.SelectMany(inspected => inspected.Warnings.Select(warning => (inspected.Name, warning))))
            console.WriteLine($"WARNING {name}: {warning}");
        Make(options, raw, cases, package, console, [], cancellationToken);
    }

    // Goes on from what was found in the cases; anew where the grid that suits them shows that more are faulty. What was said is not said again.
    private static void Make(PreparationOptions options, RawData raw, IReadOnlyList<InspectedCase> cases, ModelPackage? package, TextWriter console, HashSet<string> said, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = [.. options.Structures.Select(one => one.Name)];
        var sound = cases.Where(inspected => inspected.IsSound).ToList();
        foreach (var (name, fault) in cases.SelectMany(inspected => inspected.Faults.Select(fault => (inspected.Name, fault))))
            Say($"FAULT {name}: {fault}");

        IReadOnlyList<string> missing = [.. MissingStructures.Sentences(names, [.. sound.Where(inspected => inspected.IsLabelled).Select(inspected => new LabelledCase(inspected.Name, inspected.Structures))], "labelled case")];
        foreach (var note in missing)
            Say(note);

        var statistics = sound.Count > 0 ? DataStatistics.Of([.. sound.Select(inspected => inspected.Scan!)]) with { WindowHu = CtScans.Window(sound) } : null;
        var shared = options.PatientPattern is null ? SharedPatients.Of(sound) : SharedPatients.Against(sound, options.PatientOf);
        foreach (var note in shared.Notes)
            Say(note);
        options = options with { SamePatient = shared.FirstOf };

        var split = sound.Count == cases.Count || options.SkipFaulty ? PatientSplit.Of(sound, options) : null;
        var folds = split is null ? [] : PatientFolds.Of(sound, options);
        if (split is not null)
        {
            LearnableStructures.Require(options, sound, split, folds);
            statistics = statistics! with { Held = [.. sound.Where(inspected => !split.LeftOut.Contains(inspected.Name)).Select(inspected => (inspected.Scan!.Imaged, inspected.Scan!.VoxelSize, !split.Unlabelled.Contains(inspected.Name)))] };
        }

        var kept = new KeptStructures(sound, options, cancellationToken);
        var fit = split is null ? null : Fit(split);
        if (fit is not null && kept.Faults(fit.Plan) is { Count: > 0 } lost)
        {
            Make(options, raw, [.. cases.Select(inspected => lost.TryGetValue(inspected.Name, out var fault) ? inspected with { Faults = [fault] } : inspected)], package, console, said, cancellationToken);
            return;
        }

        var seldom = fit is null ? null : SeldomMet.Of(sound, names, fit.Plan);
        Directory.CreateDirectory(options.Output);
        var overview = OverviewPage.Html(cases, options.Structures, [.. raw.Notes, .. missing], statistics, split, folds);
        if (split is null || statistics is null || fit is null)
        {
            AtomicFile.WriteText(Path.Combine(options.Output, OverviewPage.FileName), overview);
            throw new InvalidConfigurationException($"{cases.Count - sound.Count} of {Counted.Of(cases.Count, "case")} {(cases.Count - sound.Count == 1 ? "is" : "are")} faulty; nothing was written but {OverviewPage.FileName}. Repair {(cases.Count - sound.Count == 1 ? "it, or leave it" : "them, or leave them")} out with --skip-faulty.");
        }

        try
        {
            PreparedFolder.Write(options.Output, sound, split, folds, cancellationToken);
            AtomicFile.WriteText(Path.Combine(options.Output, OverviewPage.FileName), overview);
            var text = StarterConfiguration.Text(options, split, fit, statistics, seldom, ComponentsOf(sound, options.Structures.Count));
            AtomicFile.WriteText(Path.Combine(options.Output, StarterConfiguration.FileName), text);
        }
        catch
        {
            PreparedFolder.Discard(options.Output);
            throw;
        }

        Report(console, statistics, split);
        for (var fold = 0; fold < folds.Count; fold++)
            console.WriteLine($"{FoldLists.Folder(fold)}: {Counts(folds[fold])}");
        if (package is not null)
            console.WriteLine(TrainingPlan.VoxelSizes(statistics, package));
        else if (CtScans.Line(sound, statistics.WindowHu) is { } line)
            console.WriteLine(line);
        ReportFit(console, options.Output, fit, seldom);

        void Say(string line)
        {
            if (said.Add(line))
                console.WriteLine(line);
        }

        MachineFit Fit(PatientSplit used)
        {
            try
            {
                return MachineFit.Of(statistics!, StarterConfiguration.Method(used), options.Structures.Count, package, options.TimeTraining, plan => kept.Faults(plan).Count == 0);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // What was found in the scans took long to find, and holds whatever the machine cannot do.
                Directory.CreateDirectory(options.Output);
                AtomicFile.WriteText(Path.Combine(options.Output, OverviewPage.FileName), OverviewPage.Html(cases, options.Structures, [.. raw.Notes, .. missing], statistics, split: null, folds: []));
                throw;
            }
        }
    }

    private static List<InspectedCase> Inspect(PreparationOptions options, RawData raw, TextWriter console, CancellationToken cancellationToken)
    {
        // A pattern that does not fit is said before the hour it may take to read everything.
        foreach (var one in raw.Cases)
            options.PatientOf(one.Name);
        var inspection = new CaseInspection(new LabelInspection(options.Structures, options.OtherLabels), [.. raw.Cases.Select(one => one.Name)]);
        var cases = new List<InspectedCase>();
        foreach (var one in raw.Cases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var inspected = inspection.Run(one, cancellationToken);
            cases.Add(inspected);
            console.WriteLine($"{cases.Count}/{raw.Cases.Count}  {one.Name}  {inspected.Scan?.Size.ToString() ?? "unreadable"}  {(inspected.IsLabelled ? "labelled" : "unlabelled")}");
        }

        return cases;
    }

    private static void RequireLabels(ModelPackage package, PreparationOptions options, IReadOnlyList<string> names)
    {
        if (package.Manifest.Labels.Count != options.Structures.Count)
            throw new InvalidConfigurationException($"There {Counted.Are(options.Structures.Count, "structure")} ({string.Join(", ", names)}); accepted with --start-from {options.StartFrom}: {package.Manifest.Labels.Count}, as {package.Identifier} has. Choose them by --structures, where several can be one.");
        StartingLabels.RequireOrder(package, names, $"--start-from {options.StartFrom}", "Name them in that order by --structures.");
    }

    private static void Report(TextWriter console, DataStatistics statistics, PatientSplit split)
    {
        var spacing = statistics.SpacingMm.Select(axis => string.Create(CultureInfo.InvariantCulture, $"{axis.Minimum:G4} to {axis.Maximum:G4}, median {axis.Median:G4}"));
        console.WriteLine($"voxel edges in mm, right, front, head: {string.Join("; ", spacing)}");
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"scans' mean intensities {statistics.Mean.Minimum:G4} to {statistics.Mean.Maximum:G4}, standard deviations {statistics.Deviation.Minimum:G4} to {statistics.Deviation.Maximum:G4}"));
        console.WriteLine(Counts(split));
    }

    private static string Counts(PatientSplit split) =>
        $"{split.Labelled.Count} labelled, {split.Unlabelled.Count} unlabelled, {split.Validation.Count} for validation, {split.LeftOut.Count} left out for their patient";

    // Every structure is in a label (LearnableStructures).
    private static IReadOnlyList<int> ComponentsOf(IReadOnlyCollection<InspectedCase> cases, int structures) =>
        [.. Enumerable.Range(0, structures).Select(index => StructureComponents.Usual(cases.Where(one => one.IsLabelled && one.Components[index] > 0).Select(one => one.Components[index])))];

    private static void ReportFit(TextWriter console, string folder, MachineFit fit, SeldomMet? seldom)
    {
        var plan = fit.Plan;
        var spacing = string.Join(" × ", plan.Preprocessing.SpacingMm.Select(mm => mm.ToString("G4", CultureInfo.InvariantCulture)));
        console.WriteLine($"The configuration trains at {spacing} mm with crops of {string.Join('×', plan.Crop)} voxels{(fit.Coarser is { } why ? $", coarser than the scans: at their own voxel size {why}" : "")}. All scans are in memory at once there, about {ScanMemory.Shown(plan.BytesOfScans)}.");
        if (seldom is not null)
            console.WriteLine(FormattableString.Invariant($"Of crops that lie anywhere in a scan {seldom.Share:P0} at the most meet {seldom.Name}: the configuration has a third of the labelled crops hold a structure (crops.foreground {SeldomMet.Foreground})."));
        foreach (var warning in fit.Warnings)
            console.WriteLine($"WARNING {warning}");
        if (fit.Duration is { } duration)
            console.WriteLine($"Training takes about {StarterConfiguration.Length(duration)} here: {plan.Iterations} iterations of {StarterConfiguration.Seconds(fit)}; {fit.Basis}.");
        console.WriteLine($"Look at {Path.Combine(folder, OverviewPage.FileName)}, then: train --config {ShellWord.Quoted(Path.Combine(folder, StarterConfiguration.FileName))} --output RUN");
    }
}
