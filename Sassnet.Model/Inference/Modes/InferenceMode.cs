using Sassnet.Model.Inference.Passes;

namespace Sassnet.Model.Inference.Modes;

/// <summary>How the network is led over a volume.</summary>
public enum InferenceMode
{
    /// <summary>The mode that <see cref="ModeChoice"/> takes for the scan, of those that the package was measured in.</summary>
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
    /// <summary>Those that say how.</summary>
    public static IReadOnlyList<InferenceMode> Explicit { get; } = [InferenceMode.Whole, InferenceMode.WholeFlips, InferenceMode.Window];

    /// <summary>All words.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Explicit.Prepend(InferenceMode.Auto).Select(Word)];

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
