namespace Sassnet.Model.Inference;

/// <summary>
/// Decides between one pass, its mean with mirrored ones and a sliding window. One pass is the fastest by far, but a network trained on small patches leans on
/// their zero-padded borders and can lose accuracy without them; which mode does how well is measured on validation scans and written in the package.
/// </summary>
public static class ModeChoice
{
    /// <summary>How much Dice may be given up for speed.</summary>
    public const double DiceTolerance = 0.002;

    /// <summary>The mode to use, memory permitting.</summary>
    /// <param name="requested">The mode asked for.</param>
    /// <param name="validationDice">The manifest's <c>inference.validationDice</c>: mean Dice by mode.</param>
    /// <returns>
    /// For <see cref="InferenceMode.Auto"/> the fastest mode whose Dice was measured and is within <see cref="DiceTolerance"/> of the best one measured;
    /// where nothing was measured, the sliding window, as published.
    /// </returns>
    public static InferenceMode Resolve(InferenceMode requested, IReadOnlyDictionary<string, double> validationDice)
    {
        ArgumentNullException.ThrowIfNull(validationDice);
        if (requested != InferenceMode.Auto)
            return requested;
        return InferenceModes.ByPace.FirstOrDefault(
            mode => validationDice.TryGetValue(mode.Word(), out var dice) && dice >= validationDice.Values.Max() - DiceTolerance, InferenceMode.Window);
    }
}
