using System.Globalization;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Packages;
using Sassnet.Model.Wording;
using Sassnet.Training.Runs;
using Sassnet.Training.Statistics;

namespace Sassnet.Training.Evaluation;

/// <summary>Measures a package on labelled cases and writes what comes out: <c>cases.csv</c>, <c>summary.json</c>, <c>evaluation.json</c> and pictures.</summary>
/// <param name="package">The package.</param>
/// <param name="evaluator">What segments and scores, with the package loaded.</param>
/// <param name="cases">The names of the cases.</param>
/// <param name="list">The list that they come from.</param>
internal sealed class PackageMeasurement(ModelPackage package, Evaluator evaluator, IReadOnlyList<string> cases, string list)
{
    private const int Decimals = 6;

    // What is published must not tell the folders of this machine.
    private readonly string _set = Path.IsPathRooted(list) ? Path.GetFileName(list) : list;

    /// <summary>
    /// Measures in one mode, or in all, and then takes that which <c>auto</c> takes, by what the modes cost over all cases: of those in which every case was led as
    /// asked, which a sliding window always is.
    /// </summary>
    /// <param name="folder">Where the files go.</param>
    /// <param name="mode">How the network is led over a scan.</param>
    /// <param name="record">Whether all modes are measured, and the package's manifest gets the figures of those in which every case was led so; with <see cref="InferenceMode.Auto"/> only.</param>
    /// <param name="console">Gets a line per case, one per mode that is not recorded, one with the figures, and one where those are of several modes.</param>
    /// <param name="cancellationToken">Stops between windows.</param>
    /// <returns>What <c>evaluation.json</c> says.</returns>
    public PackageEvaluation Write(string folder, InferenceMode mode, bool record, TextWriter console, CancellationToken cancellationToken)
    {
        var measured = record ? MeasureModes(console, cancellationToken) : new() { [mode] = evaluator.Score(cases, mode, console, cancellationToken) };
        var asked = record ? ModeChoice.Of(InferenceQuality.Balanced, [.. measured.Select(one => new MeasuredMode(one.Key, one.Value.Dice, one.Value.NetworkVoxels))]) : mode;
        var scored = measured[asked];
        EvaluationPictures.Clear(folder);
        var summary = Evaluator.Write(folder, scored.Scores);
        var evaluation = Evaluation(scored, summary);
        evaluation.Write(folder);
        if (record)
            Record(measured.ToDictionary(one => one.Key.Word(), one => one.Value.Dice), summary);
        EvaluationPictures.Write(folder, evaluator, scored.Scores, asked, cancellationToken);
        console.WriteLine(Line(summary));
        if (evaluation.LedOtherwise is { } others)
            console.WriteLine(LedInSeveralModes(scored.Mode, others));
        foreach (var label in evaluation.Labels ?? [])
            console.WriteLine(Line(label));
        foreach (var label in summary.Absent ?? [])
            console.WriteLine(Line(label, summary.Cases));
        console.WriteLine(summary.HeadAgreement.Sentence());
        console.WriteLine(summary.Warnings.Sentence());
        return evaluation;
    }

    // What `auto` chooses from must be measured in all modes first. The figures of one in which a case came to windows are none of its own: where there is more memory
    // `auto` would take it by them.
    private Dictionary<InferenceMode, ScoredCases> MeasureModes(TextWriter console, CancellationToken cancellationToken)
    {
        var measured = new Dictionary<InferenceMode, ScoredCases>();
        foreach (var mode in InferenceModes.Explicit.Reverse())
        {
            console.WriteLine($"inference {mode.Word()}");
            var scored = evaluator.Score(cases, mode, console, cancellationToken);
            if (scored.LedAsAsked == cases.Count)
                measured[mode] = scored;
            else
                console.WriteLine(NotRecorded(mode, cases.Count - scored.LedAsAsked));
        }

        return measured;
    }

    private string NotRecorded(InferenceMode mode, int others) => $"{mode.Word()} is neither recorded nor chosen from: {OthersOfCases(others)} led in windows, for want of memory, or since the tiles that fit into it are more work.";

    private string LedInSeveralModes(InferenceMode mode, int others) => $"These figures are not of {mode.Word()} alone: {OthersOfCases(others)} led in another mode.";

    private string OthersOfCases(int others) => $"{others} of {Counted.Of(cases.Count, "case")} {(others == 1 ? "was" : "were")}";

    private PackageEvaluation Evaluation(ScoredCases scored, EvaluationSummary summary)
    {
        var (all, others) = (Figures(0, scored.Scores, summary), scored.Scores.Count - scored.LedInMode);
        return new PackageEvaluation
        {
            Package = package.Identifier,
            Sha256 = package.Manifest.Sha256,
            Set = _set,
            Cases = summary.Cases,
            Empty = all.Empty,
            Inference = scored.Mode.Word(),
            LedOtherwise = others > 0 ? others : null,
            Dice = all.Dice,
            Jaccard = all.Jaccard,
            Hd95 = all.Hd95,
            Asd = all.Asd,
            Hd95Mm = all.Hd95Mm,
            AsdMm = all.AsdMm,
            Label = package.Manifest.Labels is [var only] ? new MeasuredLabel(only.Value, only.Name) : null,
            Labels = package.Manifest.Labels.Count == 1 ? null : ByLabel(scored.Scores),
            Commit = CodeCommit.Name,
        };
    }

    // One that no case has was not measured.
    private List<LabelEvaluation> ByLabel(IReadOnlyList<CaseScore> scores)
    {
        var measured = scores.SelectMany(score => score.Labels).ToLookup(one => one.Label, one => one.Score);
        return [.. package.Manifest.Labels.Where(label => measured.Contains(label.Value)).Select(label => OfLabel(label, [.. measured[label.Value]]))];

        LabelEvaluation OfLabel(Label label, IReadOnlyList<CaseScore> own) =>
            Figures(label.Value, own, MeanScores.Of([.. own.Select(score => score.Largest)])) with { Name = label.Name, Cases = own.Count < scores.Count ? own.Count : null };
    }

    private static LabelEvaluation Figures(byte value, IReadOnlyList<CaseScore> scores, MeanScores means)
    {
        var found = scores.Where(score => !score.Largest.Empty).Select(score => score.Largest).ToList();
        return new LabelEvaluation
        {
            Value = value,
            Empty = means.Empty,
            Dice = Statistics(means.Dice, means.Intervals.Dice, scores.Min(score => score.Largest.Dice))!,
            Jaccard = Statistics(means.Jaccard, means.Intervals.Jaccard, scores.Min(score => score.Largest.Jaccard))!,
            Hd95 = Statistics(means.Hd95, means.Intervals.Hd95, found.Max(score => (double?)score.Hd95)),
            Asd = Statistics(means.Asd, means.Intervals.Asd, found.Max(score => (double?)score.Asd)),
            Hd95Mm = Statistics(means.Hd95Mm, means.Intervals.Hd95Mm, found.Max(score => score.Hd95Mm)),
            AsdMm = Statistics(means.AsdMm, means.Intervals.AsdMm, found.Max(score => score.AsdMm)),
        };
    }

    private static ScoreStatistics? Statistics(double? mean, Interval? interval, double? worst) => mean is null || worst is null
        ? null
        : new ScoreStatistics(Rounded(mean.Value), Rounded(interval?.Low), Rounded(interval?.High), Rounded(worst.Value));

    private static double Rounded(double value) => Math.Round(value, Decimals);

    private static double? Rounded(double? value) => value is { } known ? Rounded(known) : null;

    private void Record(Dictionary<string, double> dice, EvaluationSummary summary)
    {
        var metrics = new ValidationMetrics(
            $"{_set}, {Counted.Of(summary.Cases, "scan at its own grid", "scans at their own grid")}, {Components}{MeanOf(summary)}",
            Math.Round(summary.Dice, 4),
            Math.Round(summary.Jaccard, 4),
            Math.Round(summary.Hd95 ?? double.PositiveInfinity, 2),
            Math.Round(summary.Asd ?? double.PositiveInfinity, 2));
        package.With(package.Manifest with
        {
            Inference = package.Manifest.Inference with { ValidationDice = dice },
            Metrics = summary.Empty < summary.Cases ? metrics : null,
        });
    }

    private string Components => package.Manifest.Labels.Select(label => label.KeptComponents).Distinct().ToArray() switch
    {
        [1] => "largest component",
        [0] => "all components",
        [var kept] => $"{kept} largest components",
        _ => "components as each label keeps",
    };

    private string MeanOf(EvaluationSummary summary) => package.Manifest.Labels.Count switch
    {
        1 => "",
        var labels when summary.Absent is null => FormattableString.Invariant($", mean of {labels} labels"),
        var labels => FormattableString.Invariant($", mean of those of {labels} labels that each has"),
    };

    private string Named(byte label) => $"label {label} ({package.Manifest.Labels.Single(one => one.Value == label).Name})";

    private string Line(LabelEvaluation label) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Named(label.Value)}: Dice {label.Dice.Mean:F4}, worst {label.Dice.Worst:F4}, {label.Empty} empty{(label.Cases is { } cases ? $", over {Counted.Of(cases, "case")}" : "")}");

    private string Line(AbsentLabel absent, int cases)
    {
        var found = absent.Found == 0 ? "and nothing was found of it there" : $"and something was found of it in {absent.Found} of them, {Counted.Of(absent.MostVoxels, "voxel")} at the most";
        return $"{Named(absent.Label)}: {absent.Cases} of {Counted.Of(cases, "case")} {(absent.Cases == 1 ? "lacks" : "lack")} it, {found}";
    }

    private string Line(EvaluationSummary summary)
    {
        var interval = summary.Intervals.Dice is { } dice ? string.Create(CultureInfo.InvariantCulture, $" (95 % interval {dice.Low:F4} to {dice.High:F4})") : "";
        var millimetres = summary.Hd95Mm is { } mm ? string.Create(CultureInfo.InvariantCulture, $" ({mm:F2} and {summary.AsdMm:F2} mm)") : "";
        var distances = summary.Hd95 is { } hd95
            ? string.Create(CultureInfo.InvariantCulture, $"95HD {hd95:F2}, ASD {summary.Asd:F2} voxels{millimetres}")
            : $"no 95HD and ASD, since {(package.Manifest.Labels.Count == 1 ? "nothing was found in any case" : "all labels were found in no case")}";
        return string.Create(
            CultureInfo.InvariantCulture, $"{Counted.Of(summary.Cases, "case")}: Dice {summary.Dice:F4}{interval}, Jaccard {summary.Jaccard:F4}, {distances}, {summary.Empty} empty; all components: Dice {summary.AllComponents.Dice:F4}");
    }
}
