using System.Globalization;
using CsvHelper;
using Sassnet.Model.Files;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Segmentation;

/// <summary>
/// <c>report.csv</c> of an output folder (RFC 4180), a row per case in the order of their names, on the disk after every case. It is also what a later call knows of
/// an earlier one.
/// </summary>
internal sealed class SegmentReport
{
    /// <summary>The file's name in the output folder.</summary>
    public const string FileName = "report.csv";

    private const string SettingsColumn = "settings";
    private const string OutputsColumn = "outputs";

    private static readonly string[] Columns =
    [
        "case", "volume_ml", "label_volumes_ml", "voxels", "head_agreement", "warnings", "seconds", "network_seconds", "error", "remarks", "mode",
        "model", "weights", SettingsColumn, "inference", "threshold", "components", "input", "input_bytes", "input_modified", OutputsColumn,
    ];

    // Reports of earlier versions lack them.
    private static readonly string[] LaterColumns = [SettingsColumn, OutputsColumn];

    private readonly string _path;
    private readonly SortedDictionary<string, ReportRow> _rows = new(StringComparer.Ordinal);

    private SegmentReport(string path) => _path = path;

    /// <summary>Opens an output folder's report, an empty one where there is none.</summary>
    /// <exception cref="InvalidConfigurationException">There is a file of that name that is no such report.</exception>
    public static SegmentReport Open(string folder)
    {
        var report = new SegmentReport(Path.Combine(folder, FileName));
        if (File.Exists(report._path))
            report.Read();
        return report;
    }

    /// <summary>A case's row; null where there is none.</summary>
    public ReportRow? Find(string name) => _rows.GetValueOrDefault(name);

    /// <summary>Takes a case's row in, in place of an older one, and writes the file.</summary>
    public void Set(ReportRow row)
    {
        _rows[row.Case] = row;
        Write();
    }

    /// <summary>Takes a case's row out, where there is one, and writes the file.</summary>
    public void Remove(string name)
    {
        if (_rows.Remove(name))
            Write();
    }

    private void Write()
    {
        using var text = new StringWriter();
        using (var csv = new CsvWriter(text, CultureInfo.InvariantCulture))
        {
            foreach (var column in Columns)
                csv.WriteField(column);
            csv.NextRecord();
            foreach (var row in _rows.Values)
                Write(csv, row);
        }

        AtomicFile.WriteText(_path, text.ToString());
    }

    private static void Write(CsvWriter csv, ReportRow row)
    {
        var (found, identity) = (row.Found, row.Identity);
        string?[] fields =
        [
            row.Case, Number(found?.VolumeMl, "F3"), found?.LabelVolumesMl, found?.Voxels.ToString(CultureInfo.InvariantCulture), Number(found?.HeadAgreement, "F4"), found?.Warnings,
            Number(found?.Seconds, "F3"), Number(found?.NetworkSeconds, "F3"), row.Error, found?.Remarks, found?.Mode,
            identity.Model, identity.Weights, identity.Settings, identity.Inference, identity.Threshold, identity.Components, identity.Input, identity.InputBytes, identity.InputModified,
            string.Join(' ', row.Outputs),
        ];
        foreach (var field in fields)
            csv.WriteField(field);
        csv.NextRecord();
    }

    private static string? Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture);

    private void Read()
    {
        try
        {
            using var text = new StreamReader(_path);
            using var csv = new CsvReader(text, CultureInfo.InvariantCulture);
            csv.Read();
            csv.ReadHeader();

            // Somebody else's table may have no rows to find that out by.
            if (Columns.Except(LaterColumns).Except(csv.HeaderRecord!).Any())
                throw Unreadable(csv.Parser.RawRow);
            while (csv.Read())
            {
                var row = Row(csv);
                _rows[row.Case] = row;
            }
        }
        catch (CsvHelperException fault)
        {
            throw Unreadable(fault.Context?.Parser?.RawRow ?? 0, fault);
        }
    }

    private InvalidConfigurationException Unreadable(int line, Exception? fault = null) =>
        new($"'{_path}' is there and cannot be read at line {line}; accepted: a {FileName} that 'segment' wrote, or none. Choose another --output, or move the file away.", fault);

    private ReportRow Row(CsvReader csv)
    {
        var identity = new CaseIdentity(
            Text("input"), Text("input_bytes"), Text("input_modified"), Text("model"), Text("weights"), csv.HeaderRecord!.Contains(SettingsColumn) ? Text(SettingsColumn) : "", Text("inference"), Text("threshold"), Text("components"));
        var found = csv.GetField<double?>("volume_ml") is not { } volume ? null : new CaseFigures(
            volume,
            Text("label_volumes_ml"),
            csv.GetField<long>("voxels"),
            csv.GetField<double?>("head_agreement"),
            Text("warnings"),
            Text("remarks"),
            Text("mode"),
            csv.GetField<double>("seconds"),
            csv.GetField<double>("network_seconds"));
        IReadOnlyList<CaseOutput> outputs = csv.HeaderRecord!.Contains(OutputsColumn) ? CaseOutput.Named(Text(OutputsColumn).Split(' '))
            : found is null ? []
            : Present(Text("case"));
        return new ReportRow(Text("case"), identity, found, outputs, Text("error"));

        string Text(string column) => csv.GetField(column)!;
    }

    // A report that does not tell which were made has none of others' beside them: earlier versions replaced and deleted whatever was there.
    private IReadOnlyList<CaseOutput> Present(string name) =>
        [.. CaseOutput.All.Where(output => File.Exists(Path.Combine(Path.GetDirectoryName(_path)!, name, output.FileName)))];
}
