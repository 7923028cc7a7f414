using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Sassnet.Model.Files;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Sweeps;

/// <summary>
/// <c>index.csv</c>, a row per run (RFC 4180): index from 0, name, method, seed, fold (empty without folds), labels (0 is all) and the path of the
/// configuration from the sweep's folder.
/// </summary>
internal static class SweepIndex
{
    /// <summary>The file's name in a sweep's folder.</summary>
    public const string FileName = "index.csv";

    private static readonly string[] Columns = ["index", "name", "method", "seed", "fold", "labels", "config"];

    /// <summary>Writes the index.</summary>
    public static void Write(string folder, IReadOnlyList<SweepRun> runs)
    {
        using var text = new StringWriter { NewLine = "\n" };
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\n" }))
        {
            foreach (var column in Columns)
                csv.WriteField(column);
            csv.NextRecord();
            foreach (var run in runs)
            {
                csv.WriteField(run.Index);
                csv.WriteField(run.Name);
                csv.WriteField(run.Method);
                csv.WriteField(run.Seed);
                csv.WriteField(run.Fold);
                csv.WriteField(run.Labels);
                csv.WriteField(run.Config);
                csv.NextRecord();
            }
        }

        AtomicFile.WriteText(Path.Combine(folder, FileName), text.ToString());
    }

    /// <summary>Reads the index.</summary>
    /// <exception cref="InvalidConfigurationException">A column is missing, a field is no number where one belongs, or the runs are not counted from 0.</exception>
    public static IReadOnlyList<SweepRun> Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            using var text = new StreamReader(path);
            using var csv = new CsvReader(text, CultureInfo.InvariantCulture);
            csv.Read();
            csv.ReadHeader();
            var runs = new List<SweepRun>();
            while (csv.Read())
            {
                var run = new SweepRun(
                    csv.GetField<int>("index"), csv.GetField("name")!, csv.GetField("method")!, csv.GetField<int>("seed"), csv.GetField<int?>("fold"),
                    csv.GetField<int>("labels"), csv.GetField("config")!);
                if (run.Index != runs.Count)
                    throw new InvalidConfigurationException($"'{path}' has the index {run.Index} at line {runs.Count + 2}; accepted: {runs.Count}.");
                runs.Add(run);
            }

            return runs.Count > 0 ? runs : throw new InvalidConfigurationException($"'{path}' has no run.");
        }
        catch (CsvHelperException fault)
        {
            var line = fault.Context?.Parser?.RawRow ?? 0;
            throw new InvalidConfigurationException($"'{path}' cannot be read at line {line}: the columns {string.Join(", ", Columns)} are accepted, as 'sweep' writes them.", fault);
        }
    }
}
