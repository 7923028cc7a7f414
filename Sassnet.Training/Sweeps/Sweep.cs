using System.Globalization;
using Sassnet.Model.Files;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Runs;

namespace Sassnet.Training.Sweeps;

/// <summary>
/// Many runs that differ in method, seed, fold or number of labels: a folder with <c>index.csv</c>, a row per run, and <c>configs/</c>, a whole
/// configuration per run. Each run gets a folder of its name beside them.
/// </summary>
public sealed class Sweep
{
    private Sweep(string folder, IReadOnlyList<SweepRun> runs)
    {
        Folder = folder;
        Runs = runs;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The runs, in the order of their indices.</summary>
    public IReadOnlyList<SweepRun> Runs { get; }

    /// <summary>Whether a folder holds a sweep.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, SweepIndex.FileName));

    /// <summary>Writes a sweep; where the same one is there already, nothing changes.</summary>
    /// <param name="folder">Made if it is missing.</param>
    /// <param name="config">The configuration that the runs share.</param>
    /// <param name="assignments">Values that take the place of the file's, each as <c>key.key=value</c>.</param>
    /// <param name="axes">What varies.</param>
    /// <exception cref="InvalidConfigurationException">
    /// A run's options or lists cannot be used, there is nothing to validate with, or the folder holds another sweep or a run.
    /// </exception>
    public static Sweep Write(string folder, string config, IReadOnlyCollection<string> assignments, SweepAxes axes)
    {
        ArgumentNullException.ThrowIfNull(axes);
        axes.Check(assignments);
        var options = TrainingOptionsFile.Read(config, assignments);
        var all = axes.Combine(options);
        if (axes.Settings.FirstOrDefault(setting => !all.Any(setting.IsFor)) is { } unused)
            throw new InvalidConfigurationException($"--set-where {unused} is for no run of the sweep; accepted: {AcceptedOf(unused.Axis, all)}.");
        if (axes.Folds > 0)
            FoldLists.Check(options.Data.Folder, axes.Folds, new CaseFiles(options.Data.Folder, VoxelSize.Unit));
        var runs = all.Select(run => (Run: run, Options: OptionsOf(run, options, config, assignments, axes))).ToList();
        if (RunFolder.IsStarted(folder))
            throw new InvalidConfigurationException($"'{folder}' holds a run; name another folder for the sweep.");
        var sweep = new Sweep(folder, all);
        if (IsIn(folder) && !SweepIndex.Read(folder).SequenceEqual(sweep.Runs))
            throw new InvalidConfigurationException($"'{folder}' holds another sweep: its {SweepIndex.FileName} has other runs. Name another folder.");
        foreach (var (run, own) in runs)
            RequireSame(sweep.ConfigOf(run), own);

        foreach (var (run, own) in runs.Where(run => !File.Exists(sweep.ConfigOf(run.Run))))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(sweep.ConfigOf(run))!);
            AtomicFile.WriteText(sweep.ConfigOf(run), TrainingOptionsFile.Write(own));
        }

        // Last, since a folder with an index is a sweep.
        if (!IsIn(folder))
            SweepIndex.Write(folder, sweep.Runs);
        return sweep;
    }

    /// <summary>Opens a sweep.</summary>
    /// <exception cref="InvalidConfigurationException">There is none in the folder, or its index is damaged.</exception>
    public static Sweep Open(string folder) => IsIn(folder)
        ? new Sweep(folder, SweepIndex.Read(folder))
        : throw new InvalidConfigurationException($"'{folder}' holds no sweep: it has no {SweepIndex.FileName}; 'sweep' writes one.");

    /// <summary>Finds a run.</summary>
    /// <param name="index">Counted from 0.</param>
    /// <param name="source">Where the index comes from, for the message.</param>
    /// <exception cref="InvalidConfigurationException">There is no run of that index.</exception>
    public SweepRun Find(int index, string source) => index >= 0 && index < Runs.Count
        ? Runs[index]
        : throw new InvalidConfigurationException($"{source} is {index}; accepted: 0 to {Runs.Count - 1}, the runs of the sweep '{Folder}'.");

    /// <summary>Sees that a run is the one that the index has a row of: by that it is named and compared, whatever its options are.</summary>
    /// <param name="run">The run.</param>
    /// <param name="options">What it is to be trained with, or is gone on with.</param>
    /// <exception cref="InvalidConfigurationException">Method, seed, number of labels or, of a fold, its lists are others.</exception>
    public static void Require(SweepRun run, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        var (data, fold) = (options.Data, run.Fold is { } number ? FoldLists.Folder(number) : null);
        (string Key, string Own, string Expected)[] all =
        [
            ("method", options.Method.Name(), run.Method),
            ("seed", Shown(options.Seed), Shown(run.Seed)),
            ("data.labelledCases", Shown(data.LabelledCases), Shown(run.Labels)),
            .. fold is null ? Array.Empty<(string, string, string)>() :
            [
                ("data.labelled", data.Labelled, $"{fold}/{FoldLists.Labelled}"),
                ("data.validation", data.Validation, $"{fold}/{FoldLists.Validation}"),
            ],
        ];
        var other = all.FirstOrDefault(one => one.Own != one.Expected);
        if (other.Key is { } key)
            throw new InvalidConfigurationException($"'{key}' is {other.Own}; accepted for {run.Name}: {other.Expected}, as {SweepIndex.FileName} has it, by which the run is compared. Write another sweep for other values.");

        static string Shown(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A run's configuration.</summary>
    public string ConfigOf(SweepRun run) => Path.Combine(Folder, run?.Config ?? throw new ArgumentNullException(nameof(run)));

    /// <summary>A run's folder.</summary>
    public string FolderOf(SweepRun run) => Path.Combine(Folder, run?.Name ?? throw new ArgumentNullException(nameof(run)));

    // Checked as the run itself would, so that one that could not start is refused now.
    private static TrainingOptions OptionsOf(SweepRun run, TrainingOptions shared, string config, IReadOnlyCollection<string> assignments, SweepAxes axes)
    {
        try
        {
            var settings = axes.Settings.Where(setting => setting.IsFor(run)).Select(setting => setting.Assignment).ToList();
            var options = settings.Count > 0 ? TrainingOptionsFile.Read(config, [.. assignments, .. settings, $"method={run.Method}"]) : shared;
            var data = run.Fold is { } number ? FoldLists.Select(options.Data, number) : options.Data;
            var own = options with { Method = SweepAxes.Method(run.Method), Seed = run.Seed, Data = data with { LabelledCases = run.Labels } };
            OptionRules.Check(own);
            if (own.Data.Validation.Length == 0)
                throw new InvalidConfigurationException("'data.validation' is empty; accepted in a sweep: the list of scans that its runs are compared on.");
            DataSplit.Of(own, new CaseFiles(own.Data.Folder, VoxelSize.Unit));
            return own;
        }
        catch (InvalidConfigurationException fault)
        {
            throw new InvalidConfigurationException($"The run {run.Name}: {fault.Message}", fault);
        }
    }

    private static string AcceptedOf(string axis, IEnumerable<SweepRun> runs) => string.Join(", ", runs
        .Select(run => axis == SweepSetting.OfMethod ? run.Method : $"{run.Labels}").Distinct().Select(value => $"{axis}={value}"));

    // By meaning and not by bytes: a later version of the program may write more keys.
    private static void RequireSame(string path, TrainingOptions options)
    {
        if (!File.Exists(path))
            return;
        var (stored, own) = (TrainingOptionsFile.Write(TrainingOptionsFile.Read(path)), TrainingOptionsFile.Write(options));
        var difference = OptionTree.Parse(stored).Differences(OptionTree.Parse(own)).FirstOrDefault();
        if (difference.Key is { } key)
            throw new InvalidConfigurationException($"'{path}' is of another sweep: '{key}' is {difference.Own} there, and {difference.Other} in this one. Name another folder.");
    }
}
