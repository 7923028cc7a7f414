using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Sassnet.Training.Evaluation;

namespace Sassnet.Training.Robustness;

/// <summary>How well one copy of one case was segmented, on the copy's own grid.</summary>
/// <param name="Copy">Which copy.</param>
/// <param name="Case">The case's name.</param>
/// <param name="Score">The score of the largest component.</param>
/// <param name="HeadAgreement">The agreement of the network's two answers, in [0, 1]; null where both are empty.</param>
/// <param name="Warnings">The words of the warnings that the segmentation came with, separated by blanks; empty where it came with none.</param>
public sealed record CopyScore(ScanCopy Copy, string Case, MaskScore Score, double? HeadAgreement, string Warnings);

/// <summary>Writes what a robustness run found: a row per copy of a case as CSV, a row per kind of copy as Markdown.</summary>
public static class RobustnessReport
{
    private static readonly string[] Columns = ["kind", "copy", "case", "dice", "hd95", "empty", "head_agreement", "warnings"];

    /// <summary>A row per copy of a case.</summary>
    public static string Csv(IEnumerable<CopyScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        using var text = new StringWriter();
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }))
        {
            foreach (var row in scores.Select(Row).Prepend(Columns))
            {
                foreach (var field in row)
                    csv.WriteField(field);
                csv.NextRecord();
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// A row per kind of copy: how many, the mean Dice and the worst. Below it, how well the agreement of the network's two answers, and the warnings, find the
    /// bad copies; those of one case are alike, so that this says less than as many cases would.
    /// </summary>
    /// <param name="scores">Of each copy that has something of the label.</param>
    /// <param name="withoutLabel">The copies that have nothing of it, of whatever case: they have no score.</param>
    public static string Markdown(IReadOnlyCollection<CopyScore> scores, IReadOnlyCollection<ScanCopy> withoutLabel)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(withoutLabel);
        var agreement = AgreementCalibration.Of(scores.Select(score => (score.HeadAgreement, score.Score.Dice)));
        var warnings = WarningCalibration.Of(scores.Select(score => (score.Warnings.Length > 0, score.Score.Dice)));
        var rows = scores.GroupBy(score => score.Copy.Kind).Select(kind => string.Create(
            CultureInfo.InvariantCulture, $"| {kind.Key} | {kind.Count()} | {kind.Average(score => score.Score.Dice):F3} | {kind.Min(score => score.Score.Dice):F3} |"));
        string[] leftOut = withoutLabel.Count == 0 ? [] : ["", LeftOut(withoutLabel)];
        return string.Join('\n', [.. (string[])["| copies | scans | mean Dice | worst |", "|---|---|---|---|"], .. rows, .. leftOut, "", agreement.Sentence(), "", warnings.Sentence()]) + "\n";
    }

    private static string LeftOut(IReadOnlyCollection<ScanCopy> withoutLabel)
    {
        var kinds = withoutLabel.CountBy(copy => copy.Kind).Select(kind => FormattableString.Invariant($"{kind.Key}: {kind.Value}"));
        return $"Left out, since nothing of the label lies in them: {string.Join(", ", kinds)}.";
    }

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
