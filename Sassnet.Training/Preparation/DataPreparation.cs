using Sassnet.Model.Files;
using Sassnet.Model.Packages;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
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
        new DataFolderMaker(options, raw, package, console, cancellationToken).Make(cases);
    }

    private static List<InspectedCase> Inspect(PreparationOptions options, RawData raw, TextWriter console, CancellationToken cancellationToken)
    {
        // A pattern that does not fit is said before the hour it may take to read everything.
        foreach (var one in raw.Cases)
            options.PatientOf(one.Name);
        var inspection = new CaseInspection(new LabelInspection(options.Structures, options.OtherLabels) { Ignored = raw.IgnoredValues }, [.. raw.Cases.Select(one => one.Name)]);
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
}
