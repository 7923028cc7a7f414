using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Sassnet.Training.Evaluation;

namespace Sassnet.Training.Robustness;

/// <summary>
/// Writes what a robustness run found: a row per copy of a case as CSV, a row per kind of copy as Markdown. With several labels each has rows of its own, with
/// its name in a column that a table of one label does not have.
/// </summary>
public static class RobustnessReport
{
    // What stands for a label where the row is of all of them.
    private const string Mean = "mean";

    private static readonly string[] Columns = ["kind", "copy", "case", "dice", "hd95", "empty", "head_agreement", "warnings"];

    /// <summary>A row per copy of a case; with several labels a row for each that lies in the copy.</summary>
    public static string Csv(IReadOnlyCollection<CopyScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var rows = scores.Any(score => score.Labels.Count > 0)
            ? scores.SelectMany(score => score.Labels).Select(one => Labelled(Row(one.Score), one.Label)).Prepend(Labelled(Columns, "label"))
            : scores.Select(Row).Prepend(Columns);
        using var text = new StringWriter();
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }))
        {
            foreach (var row in rows)
            {
                foreach (var field in row)
                    csv.WriteField(field);
                csv.NextRecord();
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// A row per kind of copy: how many, the mean Dice and the worst; with several labels one of the copies' means over the labels, and one for each label. Below
    /// it, how well the agreement of the network's two answers (of several labels the least), and the warnings, find the copies whose Dice (of several labels the
    /// worst) is bad; those of one case are alike, so that this says less than as many cases would.
    /// </summary>
    /// <param name="scores">Of each copy that has something of a label.</param>
    /// <param name="missing">The labels that have nothing in a copy, of whatever case, and so no score: which, as the sentence names it, and in which copy.</param>
    /// <param name="labels">The names of the package's labels, in its order.</param>
    public static string Markdown(IReadOnlyCollection<CopyScore> scores, IReadOnlyCollection<(string Label, ScanCopy Copy)> missing, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(missing);
        ArgumentNullException.ThrowIfNull(labels);
        var judgedBy = AgreementCalibration.Judge(labels.Count > 1);
        var agreement = AgreementCalibration.Of(scores.Select(score => (score.HeadAgreement, score.WorstDice))) with { JudgedBy = judgedBy };
        var warnings = WarningCalibration.Of(scores.Select(score => (score.Warnings.Length > 0, score.WorstDice))) with { JudgedBy = judgedBy };
        string[] head = labels.Count == 1
            ? ["| copies | scans | mean Dice | worst |", "|---|---|---|---|"]
            : ["| copies | label | scans | mean Dice | worst |", "|---|---|---|---|---|"];
        var rows = scores.GroupBy(score => score.Copy.Kind).SelectMany(kind => Rows(kind.Key, [.. kind], labels));
        var leftOut = missing.GroupBy(one => one.Label, one => one.Copy).SelectMany(label => (string[])["", LeftOut(label.Key, label)]);
        return string.Join('\n', [.. head, .. rows, .. leftOut, "", agreement.Sentence(), "", warnings.Sentence()]) + "\n";
    }

    private static IEnumerable<string> Rows(string kind, IReadOnlyCollection<CopyScore> copies, IReadOnlyList<string> labels)
    {
        yield return SummaryRow(labels.Count == 1 ? kind : $"{kind} | {Mean}", copies);
        foreach (var label in labels)
        {
            List<CopyScore> own = [.. copies.SelectMany(copy => copy.Labels).Where(one => one.Label == label).Select(one => one.Score)];
            if (own.Count > 0)
                yield return SummaryRow($"{kind} | {label.Replace("|", "\\|", StringComparison.Ordinal)}", own);
        }
    }

    private static string SummaryRow(string of, IReadOnlyCollection<CopyScore> copies) => string.Create(
        CultureInfo.InvariantCulture, $"| {of} | {copies.Count} | {copies.Average(copy => copy.Score.Dice):F3} | {copies.Min(copy => copy.Score.Dice):F3} |");

    private static string LeftOut(string label, IEnumerable<ScanCopy> copies)
    {
        var kinds = copies.CountBy(copy => copy.Kind).Select(kind => FormattableString.Invariant($"{kind.Key}: {kind.Value}"));
        return $"Left out, since nothing of {label} lies in them: {string.Join(", ", kinds)}.";
    }

    // The label stands behind the case that it is of.
    private static string?[] Labelled(string?[] row, string label) => [.. row[..3], label, .. row[3..]];

    private static string?[] Row(CopyScore score) =>
    [
        score.Copy.Kind,
        score.Copy.Name,
        score.Case,
        score.Score.Dice.ToString("F6", CultureInfo.InvariantCulture),
        score.Score.Hd95.ToString("F4", CultureInfo.InvariantCulture),
        score.Score.Empty ? "1" : "0",
        score.HeadAgreement?.ToString("F6", CultureInfo.InvariantCulture),
        score.Warnings,
    ];
}
