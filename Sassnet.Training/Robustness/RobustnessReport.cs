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

    private static readonly string[] Columns = ["kind", "copy", "case", "dice", "hd95", "empty", "head_agreement", "warnings", "error"];

    /// <summary>A row per copy of a case; with several labels a row for each that lies in the copy. Those that could not be segmented are the last, with the error and no figures.</summary>
    public static string Csv(RobustnessFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var ofSeveral = findings.Scores.Any(score => score.Labels.Count > 0) || findings.Refused.Any(copy => copy.Labels.Count > 0);
        var rows = ofSeveral ? LabelledRows(findings) : findings.Scores.Select(Row).Prepend(Columns).Concat(findings.Refused.Select(RefusedRow));
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
    /// it, which copies are not in it and why, and how well the agreement of the network's two answers (of several labels the least, where each in the copy has one),
    /// and the warnings, find the copies whose Dice (of several labels the worst) is bad; those of one case are alike, so that this says less than as many cases would.
    /// </summary>
    /// <param name="findings">What was found.</param>
    /// <param name="labels">The names of the package's labels, in its order.</param>
    public static string Markdown(RobustnessFindings findings, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ArgumentNullException.ThrowIfNull(labels);
        var scores = findings.Scores;
        var judgedBy = AgreementCalibration.Judge(labels.Count > 1);
        var agreement = AgreementCalibration.Of(scores.Select(score => (score.JudgedAgreement, score.WorstDice))) with { JudgedBy = judgedBy };
        var warnings = WarningCalibration.Of(scores.Select(score => (score.Warnings.Length > 0, score.WorstDice))) with { JudgedBy = judgedBy };
        string[] head = labels.Count == 1
            ? ["| copies | scans | mean Dice | worst |", "|---|---|---|---|"]
            : ["| copies | label | scans | mean Dice | worst |", "|---|---|---|---|---|"];
        var rows = scores.GroupBy(score => score.Copy.Kind).SelectMany(kind => Rows(kind.Key, [.. kind], labels));
        var leftOut = LeftOut(findings).SelectMany(sentence => (string[])["", sentence]);
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

    private static IEnumerable<string> LeftOut(RobustnessFindings findings)
    {
        foreach (var why in findings.Unmade.GroupBy(one => one.Why, one => one.Copy))
            yield return $"Not made, since {why.Key}: {Kinds(why)}.";
        foreach (var label in findings.Missing.GroupBy(one => one.Label, one => one.Copy))
            yield return $"Left out, since nothing of {label.Key} lies in them: {Kinds(label)}.";
        if (findings.Refused.Count > 0)
            yield return $"Not segmented, for what robustness.csv says under error, and in no figure here: {Kinds(findings.Refused.Select(one => one.Copy))}.";
    }

    private static string Kinds(IEnumerable<ScanCopy> copies) =>
        string.Join(", ", copies.CountBy(copy => copy.Kind).Select(kind => FormattableString.Invariant($"{kind.Key}: {kind.Value}")));

    private static List<string?[]> LabelledRows(RobustnessFindings findings) =>
    [
        Labelled(Columns, "label"),
        .. findings.Scores.SelectMany(score => score.Labels).Select(one => Labelled(Row(one.Score), one.Label)),
        .. findings.Refused.SelectMany(copy => copy.Labels.Select(label => Labelled(RefusedRow(copy), label))),
    ];

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
        null,
    ];

    private static string?[] RefusedRow(RefusedCopy copy) => [copy.Copy.Kind, copy.Copy.Name, copy.Case, null, null, null, null, null, copy.Error];
}
