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
}
