using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sassnet.Model.Packages;

namespace Sassnet.Training.Runs;

/// <summary>What a checkpoint says of itself, in the strings of its file.</summary>
/// <param name="Iterations">How many are done.</param>
/// <param name="Labelled">How many scans the run uses with their labels; null in checkpoints of earlier versions.</param>
/// <param name="Unlabelled">How many without.</param>
/// <param name="ValidationDice">The mean Dice of this state on the validation scans, where it was measured.</param>
/// <param name="Range">What the scans that it was trained on are like; null where it is not known.</param>
/// <param name="Commit">The commit of the code that trained it; null in checkpoints of earlier versions.</param>
/// <param name="Date">When it was trained, UTC; null in these.</param>
public sealed record CheckpointMetadata(
    int Iterations,
    int? Labelled = null,
    int? Unlabelled = null,
    double? ValidationDice = null,
    TrainingRange? Range = null,
    string? Commit = null,
    DateOnly? Date = null)
{
    private const string IterationKey = "iteration";
    private const string LabelledKey = "labelled";
    private const string UnlabelledKey = "unlabelled";
    private const string DiceKey = "validationDice";
    private const string RangeKey = "range";
    private const string CommitKey = "commit";
    private const string DateKey = "date";
    private const string DateForm = "yyyy-MM-dd";

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidPackageException">Not a checkpoint.</exception>
    public static CheckpointMetadata Read(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return Of(file);
    }

    /// <summary>Reads it from an open file.</summary>
    /// <exception cref="InvalidPackageException">Not a checkpoint.</exception>
    public static CheckpointMetadata Of(SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new CheckpointMetadata(
            Number<int>(IterationKey) ?? throw new InvalidPackageException($"The file is not a checkpoint: its metadata lacks '{IterationKey}'."),
            Number<int>(LabelledKey),
            Number<int>(UnlabelledKey),
            Number<double>(DiceKey),
            file.Metadata.TryGetValue(RangeKey, out var range) ? JsonSerializer.Deserialize(range, RangeJson.Default.TrainingRange) : null,
            file.Metadata.GetValueOrDefault(CommitKey),
            DateOnly.TryParseExact(file.Metadata.GetValueOrDefault(DateKey), DateForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null);

        T? Number<T>(string key)
            where T : struct, IParsable<T> =>
            file.Metadata.TryGetValue(key, out var text) && T.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The strings.</summary>
    public IReadOnlyDictionary<string, string> ToStrings()
    {
        (string Key, IFormattable? Value)[] all = [(IterationKey, Iterations), (LabelledKey, Labelled), (UnlabelledKey, Unlabelled), (DiceKey, ValidationDice)];
        var strings = all.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!.ToString(null, CultureInfo.InvariantCulture));
        if (Range is not null)
            strings[RangeKey] = JsonSerializer.Serialize(Range, RangeJson.Default.TrainingRange);
        if (Commit is not null)
            strings[CommitKey] = Commit;
        if (Date is { } date)
            strings[DateKey] = date.ToString(DateForm, CultureInfo.InvariantCulture);
        return strings;
    }
}

/// <summary>The JSON form of a range in a checkpoint.</summary>
[JsonSerializable(typeof(TrainingRange))]
internal sealed partial class RangeJson : JsonSerializerContext;
