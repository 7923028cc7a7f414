using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Sassnet.Model.Files;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Evaluation;

/// <summary>
/// <c>cases.csv</c>, a row per case (RFC 4180). The first columns are of the largest component; <c>all_</c> is of all components. Distances are in voxels,
/// those named <c>_mm</c> in millimetres and empty where the voxel size is not known. An empty prediction has the distance <c>Infinity</c>.
/// <c>head_agreement</c> is the agreement of the network's two answers, empty where both are; <c>warnings</c> are those of the segmentation, separated by blanks.
/// </summary>
public static class CaseTable
{
    /// <summary>The file's name in an evaluation's folder.</summary>
    public const string FileName = "cases.csv";

    private const string AgreementColumn = "head_agreement";
    private const string WarningsColumn = "warnings";

    private static readonly string[] Columns =
    [
        "case", "dice", "jaccard", "hd95", "asd", "empty", "hd95_mm", "asd_mm", "components",
        "all_dice", "all_jaccard", "all_hd95", "all_asd", "all_hd95_mm", "all_asd_mm", AgreementColumn, WarningsColumn,
    ];

    /// <summary>Writes the table.</summary>
    public static void Write(string folder, IEnumerable<CaseScore> scores)
    {
        using var text = new StringWriter { NewLine = "\n" };
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }))
        {
            foreach (var column in Columns)
                csv.WriteField(column);
            csv.NextRecord();
            foreach (var score in scores)
            {
                var (name, largest, all, components) = score;
                csv.WriteField(name);
                WriteOverlapAndDistances(csv, largest);
                csv.WriteField(largest.Empty ? 1 : 0);
                WriteMillimetres(csv, largest);
                csv.WriteField(components);
                WriteOverlapAndDistances(csv, all);
                WriteMillimetres(csv, all);
                csv.WriteField(score.HeadAgreement?.ToString("F6", CultureInfo.InvariantCulture));
                csv.WriteField(score.Warnings);
                csv.NextRecord();
            }
        }

        AtomicFile.WriteText(Path.Combine(folder, FileName), text.ToString());
    }

    /// <summary>Reads the table back.</summary>
    /// <exception cref="InvalidConfigurationException">
    /// No table, or one that lacks a column, holds no number where one belongs or one that cannot be, or names a case twice.
    /// </exception>
    public static IReadOnlyList<CaseScore> Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new InvalidConfigurationException($"There is no {FileName} in '{folder}'; 'evaluate' writes one.");
        try
        {
            using var text = new StreamReader(path);
            using var csv = new CsvReader(text, CultureInfo.InvariantCulture);
            csv.Read();
            csv.ReadHeader();
            var scores = new List<CaseScore>();
            while (csv.Read())
                scores.Add(ReadRow(csv));
            if (scores.GroupBy(score => score.Case).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new InvalidConfigurationException($"'{path}' has the case {twice.Key} more than once.");
            return scores.Count > 0 ? scores : throw new InvalidConfigurationException($"'{path}' has no case.");
        }
        catch (CsvHelperException fault)
        {
            var line = fault.Context?.Parser?.RawRow ?? 0;
            throw new InvalidConfigurationException($"'{path}' cannot be read at line {line}: the columns {string.Join(", ", Columns)} are accepted, as 'evaluate' writes them.", fault);
        }
    }

    private static void WriteOverlapAndDistances(CsvWriter csv, MaskScore score)
    {
        csv.WriteField(score.Dice.ToString("F6", CultureInfo.InvariantCulture));
        csv.WriteField(score.Jaccard.ToString("F6", CultureInfo.InvariantCulture));
        csv.WriteField(score.Hd95.ToString("F4", CultureInfo.InvariantCulture));
        csv.WriteField(score.Asd.ToString("F4", CultureInfo.InvariantCulture));
    }

    private static void WriteMillimetres(CsvWriter csv, MaskScore score)
    {
        csv.WriteField(score.Hd95Mm?.ToString("F4", CultureInfo.InvariantCulture));
        csv.WriteField(score.AsdMm?.ToString("F4", CultureInfo.InvariantCulture));
    }

    private static CaseScore ReadRow(CsvReader csv)
    {
        var empty = csv.GetField<int>("empty") != 0;
        return new CaseScore(csv.GetField("case")!, ReadScore(csv, "", empty), ReadScore(csv, "all_", empty), csv.GetField<int>("components"))
        {
            // Tables of earlier versions have neither.
            HeadAgreement = csv.HeaderRecord!.Contains(AgreementColumn) ? Figure(csv, AgreementColumn, 1, isOptional: true) : null,
            Warnings = csv.HeaderRecord!.Contains(WarningsColumn) ? csv.GetField(WarningsColumn) : null,
        };
    }

    private static MaskScore ReadScore(CsvReader csv, string prefix, bool empty) => new(
        Figure(csv, prefix + "dice", 1)!.Value,
        Figure(csv, prefix + "jaccard", 1)!.Value,
        Figure(csv, prefix + "hd95")!.Value,
        Figure(csv, prefix + "asd")!.Value,
        Figure(csv, prefix + "hd95_mm", isOptional: true),
        Figure(csv, prefix + "asd_mm", isOptional: true),
        empty);

    // NaN is a number to a parser, and would make every mean that it enters NaN.
    private static double? Figure(CsvReader csv, string column, double highest = double.PositiveInfinity, bool isOptional = false)
    {
        var figure = isOptional ? csv.GetField<double?>(column) : csv.GetField<double>(column);
        return figure is null || (figure >= 0 && figure <= highest) ? figure : throw new InvalidConfigurationException(
            FormattableString.Invariant($"'{FileName}' has {figure} as {column} at line {csv.Context.Parser?.RawRow}; accepted: 0 to {highest}."));
    }
}
