using System.Text.Json;
using System.Text.Json.Serialization;
using Sassnet.Model.Files;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Runs;

/// <summary>How far a run has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunState>))]
public enum RunState
{
    /// <summary>Begun, and not ended by itself: it trains, or its process was killed. Written anew with each checkpoint.</summary>
    [JsonStringEnumMemberName("training")]
    Training,

    /// <summary>Stopped by a signal with a checkpoint; <c>--resume</c> goes on.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>Ended by a fault in training (<see cref="RunOutcome.Failure"/>); one before it, such as of the scans, leaves what was said.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>All iterations are done.</summary>
    [JsonStringEnumMemberName("trained")]
    Trained,

    /// <summary>All iterations are done, and the last checkpoint is a package that was measured on the validation scans.</summary>
    [JsonStringEnumMemberName("evaluated")]
    Evaluated,
}

/// <summary>What <c>summary.json</c> says of a run, for programs that follow it. Paths are relative to the run's folder.</summary>
/// <param name="State">How far it has come.</param>
/// <param name="Method">How the network learns.</param>
/// <param name="Iterations">How many are done and saved.</param>
/// <param name="OfIterations">How many there are to be.</param>
/// <param name="Checkpoint">The newest checkpoint that a run goes on from; null where there is none yet.</param>
/// <param name="BestValidationDice">The best mean Dice on the validation scans, as measured while training; null where it was never measured.</param>
/// <param name="BestIterations">After how many iterations that was.</param>
/// <param name="Package">The exported package; null before it is made.</param>
/// <param name="Evaluation">How well that package does on the validation scans; null before it is measured.</param>
/// <param name="Failure">Of a run that failed, why; absent else.</param>
public sealed record RunOutcome(
    RunState State,
    string Method,
    int Iterations,
    int OfIterations,
    string? Checkpoint,
    double? BestValidationDice,
    int? BestIterations,
    string? Package = null,
    PackageEvaluation? Evaluation = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Failure = null)
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string FileName = "summary.json";

    /// <summary>What there is to say of a run whose package is not measured.</summary>
    public static RunOutcome Of(RunState state, RunFolder run, TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        var (latest, best) = (run.LatestCheckpoint(), run.Best());
        return new RunOutcome(
            state,
            options.Method.Name(),
            latest is null ? 0 : CheckpointMetadata.Read(latest).Iterations,
            options.Iterations,
            latest is null ? null : Path.GetRelativePath(run.Path, latest),
            best?.ValidationDice,
            best?.Iterations);
    }

    /// <summary>Reads what a run says of itself; null where it says nothing.</summary>
    /// <exception cref="InvalidConfigurationException">The file is damaged.</exception>
    public static RunOutcome? Read(string runFolder)
    {
        var path = Path.Combine(runFolder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), OutcomeJson.Default.RunOutcome);
        }
        catch (JsonException fault)
        {
            throw new InvalidConfigurationException($"'{path}' cannot be read: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// Writes into the run's folder that it failed, unless another process of the attempt has: what that one met is the reason, and that the others
    /// miss it, which they say next, is not.
    /// </summary>
    /// <exception cref="InvalidConfigurationException">The file is damaged.</exception>
    internal static void NoteFailure(RunFolder run, TrainingOptions options, string failure)
    {
        if (Read(run.Path) is not { State: RunState.Failed })
            (Of(RunState.Failed, run, options) with { Failure = failure }).Write(run);
    }

    /// <summary>Writes it into the run's folder.</summary>
    public void Write(RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(run);
        AtomicFile.WriteText(Path.Combine(run.Path, FileName), JsonSerializer.Serialize(this, OutcomeJson.Default.RunOutcome) + "\n");
    }
}

/// <summary>The JSON form of <c>summary.json</c>.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunOutcome))]
internal sealed partial class OutcomeJson : JsonSerializerContext;
