namespace Sassnet.Model.Inference;

/// <summary>How the network is led over a volume.</summary>
public enum InferenceMode
{
    /// <summary>The fastest mode whose Dice, measured on validation scans, is within 0.002 of the best; see <see cref="ModeChoice"/>.</summary>
    Auto,

    /// <summary>One fully convolutional pass over the whole volume.</summary>
    Whole,

    /// <summary>A sliding window whose predictions are averaged, as published.</summary>
    Window,

    /// <summary>The mean of four passes over the whole volume, mirrored in X and in Y; see <see cref="MirroredInference"/>.</summary>
    WholeFlips,
}

/// <summary>The modes by their words in queries, packages and reports.</summary>
public static class InferenceModes
{
    /// <summary>
    /// Those that say how, the fastest first on large scans, where windows at half strides come to eight passes; on a scan hardly larger than a window
    /// they may come to fewer than four.
    /// </summary>
    public static IReadOnlyList<InferenceMode> ByPace { get; } = [InferenceMode.Whole, InferenceMode.WholeFlips, InferenceMode.Window];

    /// <summary>All words.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. ByPace.Prepend(InferenceMode.Auto).Select(Word)];

    /// <summary>A mode's word.</summary>
    public static string Word(this InferenceMode mode) => mode switch
    {
        InferenceMode.Auto => "auto",
        InferenceMode.Whole => "whole",
        InferenceMode.WholeFlips => "whole-flips",
        InferenceMode.Window => "window",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Not a mode."),
    };

    /// <summary>The mode of a word; null where there is none.</summary>
    public static InferenceMode? Find(string word) =>
        Enum.GetValues<InferenceMode>().Select(mode => (InferenceMode?)mode).FirstOrDefault(mode => mode!.Value.Word() == word);
}
