using System.Globalization;
using Sassnet.Model.Packages;

namespace Sassnet.Training.Runs;

/// <summary>What a checkpoint says of itself, in the strings of its file.</summary>
/// <param name="Iterations">How many are done.</param>
/// <param name="Labelled">How many scans the run uses with their labels; null in checkpoints of earlier versions.</param>
/// <param name="Unlabelled">How many without.</param>
/// <param name="ValidationDice">The mean Dice of this state on the validation scans, where it was measured.</param>
public sealed record CheckpointMetadata(int Iterations, int? Labelled = null, int? Unlabelled = null, double? ValidationDice = null)
{
    private const string IterationKey = "iteration";
    private const string LabelledKey = "labelled";
    private const string UnlabelledKey = "unlabelled";
    private const string DiceKey = "validationDice";

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
            Number<double>(DiceKey));

        T? Number<T>(string key)
            where T : struct, IParsable<T> =>
            file.Metadata.TryGetValue(key, out var text) && T.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The strings.</summary>
    public IReadOnlyDictionary<string, string> ToStrings()
    {
        (string Key, IFormattable? Value)[] all = [(IterationKey, Iterations), (LabelledKey, Labelled), (UnlabelledKey, Unlabelled), (DiceKey, ValidationDice)];
        return all.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!.ToString(null, CultureInfo.InvariantCulture));
    }
}
