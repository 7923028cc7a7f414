namespace Sassnet.Model.Inference;

/// <summary>
/// Decides between one pass and a sliding window. One pass is an order of magnitude faster, but a network trained on small patches leans on their
/// zero-padded borders and can lose accuracy without them; whether it does is measured on validation scans and written in the package.
/// </summary>
public static class ModeChoice
{
    /// <summary>How much Dice may be given up for speed.</summary>
    public const double DiceTolerance = 0.002;

    private const string Whole = "whole";

    /// <summary>The mode to use, memory permitting.</summary>
    /// <param name="requested">The mode asked for.</param>
    /// <param name="validationDice">The manifest's <c>inference.validationDice</c>: mean Dice by mode.</param>
    /// <returns>
    /// For <see cref="InferenceMode.Auto"/> one pass where its Dice was measured and is within <see cref="DiceTolerance"/> of the best one measured;
    /// otherwise, and where nothing was measured, the sliding window, as published.
    /// </returns>
    public static InferenceMode Resolve(InferenceMode requested, IReadOnlyDictionary<string, double> validationDice)
    {
        ArgumentNullException.ThrowIfNull(validationDice);
        if (requested != InferenceMode.Auto)
            return requested;
        var isGoodEnough = validationDice.TryGetValue(Whole, out var whole) && whole >= validationDice.Values.Max() - DiceTolerance;
        return isGoodEnough ? InferenceMode.Whole : InferenceMode.Window;
    }
}
