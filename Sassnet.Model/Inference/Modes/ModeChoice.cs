namespace Sassnet.Model.Inference.Modes;

/// <summary>
/// Decides between one pass, its mean with mirrored ones and a sliding window. One pass is the cheapest, but a network trained on small patches leans on
/// their zero-padded borders and can lose accuracy without them; which mode does how well is measured on validation scans and written in the package. What a
/// mode costs depends on the scan: windows at half strides come to eight passes over a large one, and to fewer than the four mirrored ones where it is hardly
/// larger than a window.
/// </summary>
public static class ModeChoice
{
    /// <summary>How much Dice <see cref="InferenceQuality.Balanced"/> gives up for speed.</summary>
    public const double DiceTolerance = 0.002;

    /// <summary>The mode to use.</summary>
    /// <param name="quality">What to choose by.</param>
    /// <param name="measured">The modes to choose from, each once.</param>
    /// <returns>The cheapest of those that are good enough, of equal cost the one with the better Dice; of none the sliding window, as published.</returns>
    public static InferenceMode Of(InferenceQuality quality, IReadOnlyCollection<MeasuredMode> measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        if (measured.Count == 0)
            return InferenceMode.Window;
        var best = measured.Max(one => one.Dice);
        var least = quality switch
        {
            InferenceQuality.Balanced => best - DiceTolerance,
            InferenceQuality.Fast => double.NegativeInfinity,
            InferenceQuality.Best => best,
            _ => throw new ArgumentOutOfRangeException(nameof(quality), quality, "Not a quality."),
        };
        return measured.Where(one => one.Dice >= least).OrderBy(one => one.NetworkVoxels).ThenByDescending(one => one.Dice).First().Mode;
    }
}

/// <summary>A mode that a package was measured in.</summary>
/// <param name="Mode">The mode; never <see cref="InferenceMode.Auto"/>.</param>
/// <param name="Dice">Its mean Dice on validation scans, 0 to 1.</param>
/// <param name="NetworkVoxels">What it costs: the voxels that go through the network; see <see cref="InferencePlan"/>.</param>
public readonly record struct MeasuredMode(InferenceMode Mode, double Dice, long NetworkVoxels);
