using System.Text.Json;
using System.Text.Json.Serialization;
using Sassnet.Model.Files;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;

namespace Sassnet.Training.Runs;

/// <summary>
/// The scans that a run was started with, by their names, in <c>scans.json</c>. Its configuration names lists only, and a list that was edited may have turned a scan of
/// the validation into one that is learnt from.
/// </summary>
/// <param name="Labelled">In their order, by which they are drawn.</param>
/// <param name="Unlabelled">Likewise.</param>
/// <param name="Validation">Those that nothing is learnt from.</param>
internal sealed record RunScans(IReadOnlyList<string> Labelled, IReadOnlyList<string> Unlabelled, IReadOnlyList<string> Validation)
{
    /// <summary>The file in the run's folder.</summary>
    public const string FileName = "scans.json";

    /// <summary>Notes the scans of a run that starts.</summary>
    public static void Write(RunFolder run, ScanDataset dataset) =>
        AtomicFile.WriteText(FileIn(run), JsonSerializer.Serialize(Of(dataset), ScansJson.Default.RunScans) + "\n");

    /// <summary>The scans of a run; null where it is of an earlier version, which does not say.</summary>
    /// <exception cref="InvalidConfigurationException">The file is damaged.</exception>
    public static RunScans? Of(RunFolder run) => File.Exists(FileIn(run)) ? Read(FileIn(run)) : null;

    /// <summary>Sees that a run goes on with its scans. Runs of earlier versions do not say which they are.</summary>
    /// <exception cref="InvalidConfigurationException">It does not; the message names the first difference.</exception>
    public static void Require(RunFolder run, ScanDataset dataset)
    {
        if (!File.Exists(FileIn(run)))
            return;
        var (started, now) = (Read(FileIn(run)), Of(dataset));
        Require("labelled", started.Labelled, now.Labelled);
        Require("unlabelled", started.Unlabelled, now.Unlabelled);
        Require("validation", started.Validation, now.Validation);
    }

    private static RunScans Of(ScanDataset dataset) => new(Names(dataset.Labelled), Names(dataset.Unlabelled), Names(dataset.Validation));

    private static string[] Names(IReadOnlyList<TrainingScan> scans) => [.. scans.Select(scan => scan.Name)];

    private static string FileIn(RunFolder run) => Path.Combine(run.Path, FileName);

    private static RunScans Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(file), ScansJson.Default.RunScans) ?? throw new JsonException("It is null.");
        }
        catch (JsonException failure)
        {
            throw new InvalidConfigurationException($"'{file}' is damaged: {failure.Message} Delete it to go on with whatever the lists name now.", failure);
        }
    }

    private static void Require(string kind, IReadOnlyList<string> started, IReadOnlyList<string> now)
    {
        var difference = started.Except(now).FirstOrDefault() is { } missing ? $"lack {missing}"
            : now.Except(started).FirstOrDefault() is { } added ? $"have {added} in addition"
            : started.SequenceEqual(now) ? null : "are in another order";
        if (difference is not null)
            throw new InvalidConfigurationException($"The {kind} scans {difference}; accepted with --resume: those with which the run was started, in {FileName}. Undo the change of the list, or begin a new run.");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunScans))]
internal sealed partial class ScansJson : JsonSerializerContext;
