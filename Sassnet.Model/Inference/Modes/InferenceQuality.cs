namespace Sassnet.Model.Inference.Modes;

/// <summary>What <see cref="InferenceMode.Auto"/> chooses by, among the modes that a package was measured in; see <see cref="ModeChoice"/>.</summary>
public enum InferenceQuality
{
    /// <summary>The cheapest mode whose Dice is within 0.002 of the best one's.</summary>
    Balanced,

    /// <summary>The cheapest mode, whatever its Dice.</summary>
    Fast,

    /// <summary>The mode of the best Dice, whatever its cost; of equals the cheapest.</summary>
    Best,
}

/// <summary>The qualities by their words in queries and on the command line.</summary>
public static class InferenceQualities
{
    /// <summary>All words, the default first.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetValues<InferenceQuality>().Select(Word)];

    /// <summary>A quality's word.</summary>
    public static string Word(this InferenceQuality quality) => quality switch
    {
        InferenceQuality.Balanced => "balanced",
        InferenceQuality.Fast => "fast",
        InferenceQuality.Best => "best",
        _ => throw new ArgumentOutOfRangeException(nameof(quality), quality, "Not a quality."),
    };

    /// <summary>The quality of a word; null where there is none.</summary>
    public static InferenceQuality? Find(string word) =>
        Enum.GetValues<InferenceQuality>().Select(quality => (InferenceQuality?)quality).FirstOrDefault(quality => quality!.Value.Word() == word);
}
