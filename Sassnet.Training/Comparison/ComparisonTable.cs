using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Sassnet.Model.Wording;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Statistics;

namespace Sassnet.Training.Comparison;

/// <summary>A row per run: means over the same cases, largest component kept, and how its Dice differs from the first run's.</summary>
public static class ComparisonTable
{
    private static readonly string[] Columns =
    [
        "run", "cases", "empty", "dice", "dice_low", "dice_high", "dice_worst", "jaccard", "hd95", "asd", "hd95_mm", "asd_mm", "all_dice",
        "difference", "difference_low", "difference_high", "wins", "losses", "p",
    ];

    // Of means over seeds only.
    private static readonly string[] SeedColumns = ["seeds", "seed_deviation", "seed_lowest", "seed_highest"];

    private const string EmptyNote =
        "An empty case counts for Dice and Jaccard and has no distance: 95HD and ASD are means of a run's other cases, so that a run with more empty ones can seem nearer.";

    private const string SeedNote =
        "A case's scores are means over the seeds, and a case in which one of them found nothing counts as empty. Over seeds: standard deviation and range of the "
        + "mean Dice. Intervals and p say what other cases would have given, not other seeds; cases of one fold share a network, which they leave out of account.";

    /// <summary>For reading: distances in voxels.</summary>
    public static string Markdown(IReadOnlyList<EvaluatedRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var seeds = HasSeeds(runs);
        var rows = runs.Select((run, i) => MarkdownRow(run, i == 0 ? null : PairedDifference.Of(run, runs[0]), seeds));
        return string.Join('\n',
        [
            $"| run | Dice (95 %) |{(seeds ? " over seeds |" : "")} worst | Jaccard | 95HD | ASD | empty | difference (95 %) | better / worse | p |",
            $"|---|---|{(seeds ? "---|" : "")}---|---|---|---|---|---|---|---|",
            .. rows,
            "",
            $"{Counted.Of(runs[0].Scores.Count, "case")}, the same for every run; largest component, or as many as a label keeps; distances in voxels. Differences are of Dice, case by case, from {Escaped(runs[0].Name)}. "
            + $"Intervals: percentile bootstrap over cases, {Bootstrap.Resamples} draws. p: Wilcoxon signed-rank, two-sided, exact, not corrected for several comparisons.",
            .. runs.Any(run => run.Scores.Any(score => score.Largest.Empty)) ? [EmptyNote] : Array.Empty<string>(),
            .. seeds ? [SeedNote] : Array.Empty<string>(),
        ]) + "\n";
    }

    /// <summary>For calculating: RFC 4180, empty where there is no figure.</summary>
    public static string Csv(IReadOnlyList<EvaluatedRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        using var text = new StringWriter();
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }))
        {
            var seeds = HasSeeds(runs);
            foreach (var column in seeds ? Columns.Concat(SeedColumns) : Columns)
                csv.WriteField(column);
            csv.NextRecord();
            foreach (var run in runs)
            {
                WriteScores(csv, run);
                WriteDifference(csv, ReferenceEquals(run, runs[0]) ? null : PairedDifference.Of(run, runs[0]));
                if (seeds)
                    WriteSeeds(csv, run.SeedDice);
                csv.NextRecord();
            }
        }

        return text.ToString();
    }

    private static string MarkdownRow(EvaluatedRun run, PairedDifference? difference, bool seeds)
    {
        var summary = EvaluationSummary.Of(run.Scores);
        var scores = string.Create(
            CultureInfo.InvariantCulture,
            $"| {Escaped(run.Name)} | {summary.Dice:F4}{Shown(summary.Intervals.Dice, "F4")} |{(seeds ? $" {Shown(run.SeedDice)} |" : "")} {run.Dice.Min():F4} | {summary.Jaccard:F4} | {Distance(summary.Hd95)} | {Distance(summary.Asd)} | {summary.Empty} |");
        return difference is null
            ? scores + " – | – | – |"
            : scores + string.Create(
                CultureInfo.InvariantCulture,
                $" {difference.Mean:+0.0000;−0.0000}{Shown(difference.Interval, "+0.0000;−0.0000")} | {difference.Wins} / {difference.Losses} | {difference.P:G2} |");
    }

    // None where every case is empty.
    private static string Distance(double? mean) => mean?.ToString("F2", CultureInfo.InvariantCulture) ?? "–";

    private static string Shown(Interval? interval, string format) => interval is null
        ? ""
        : $" ({interval.Low.ToString(format, CultureInfo.InvariantCulture)} to {interval.High.ToString(format, CultureInfo.InvariantCulture)})";

    private static string Shown(IReadOnlyList<double> seeds) => Deviation(seeds) is { } deviation
        ? string.Create(CultureInfo.InvariantCulture, $"± {deviation:F4} ({seeds.Min():F4} to {seeds.Max():F4}, {seeds.Count} seeds)")
        : string.Create(CultureInfo.InvariantCulture, $"{seeds.Count} seed");

    // The standard deviation over seeds, of which there must be two.
    private static double? Deviation(IReadOnlyList<double> seeds)
    {
        if (seeds.Count < 2)
            return null;
        var mean = seeds.Average();
        return Math.Sqrt(seeds.Sum(dice => (dice - mean) * (dice - mean)) / (seeds.Count - 1));
    }

    private static bool HasSeeds(IReadOnlyList<EvaluatedRun> runs) => runs.Any(run => run.SeedDice.Count > 0);

    private static string Escaped(string name) => name.Replace("|", "\\|", StringComparison.Ordinal);

    private static void WriteScores(CsvWriter csv, EvaluatedRun run)
    {
        var summary = EvaluationSummary.Of(run.Scores);
        csv.WriteField(run.Name);
        csv.WriteField(summary.Cases);
        csv.WriteField(summary.Empty);
        Write(csv, summary.Dice, summary.Intervals.Dice?.Low, summary.Intervals.Dice?.High, run.Dice.Min(), summary.Jaccard);
        Write(csv, summary.Hd95, summary.Asd, summary.Hd95Mm, summary.AsdMm, summary.AllComponents.Dice);
    }

    private static void WriteSeeds(CsvWriter csv, IReadOnlyList<double> seeds)
    {
        csv.WriteField(seeds.Count);
        Write(csv, Deviation(seeds), seeds.Min(), seeds.Max());
    }

    private static void WriteDifference(CsvWriter csv, PairedDifference? difference)
    {
        Write(csv, difference?.Mean, difference?.Interval?.Low, difference?.Interval?.High);
        csv.WriteField(difference?.Wins);
        csv.WriteField(difference?.Losses);
        csv.WriteField(difference?.P.ToString("G6", CultureInfo.InvariantCulture));
    }

    private static void Write(CsvWriter csv, params ReadOnlySpan<double?> figures)
    {
        foreach (var figure in figures)
            csv.WriteField(figure?.ToString("F6", CultureInfo.InvariantCulture));
    }
}
