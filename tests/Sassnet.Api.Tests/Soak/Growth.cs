namespace Sassnet.Api.Tests.Soak;

/// <summary>
/// Whether a figure is flat: what the line through the second half of its values gains from that half's beginning to its end (least squares).
/// </summary>
/// <param name="Mean">The mean of the second half.</param>
/// <param name="Gain">The line's gain.</param>
internal readonly record struct Growth(double Mean, double Gain)
{
    /// <summary>Of a figure.</summary>
    /// <param name="samples">At least four, in the order of time.</param>
    /// <param name="figure">The figure.</param>
    public static Growth Of(IReadOnlyList<ProcessFigures> samples, Func<ProcessFigures, double> figure)
    {
        var half = samples.Skip(samples.Count / 2).ToList();
        var (time, mean) = (half.Average(sample => sample.Seconds), half.Average(figure));
        var spread = half.Sum(sample => (sample.Seconds - time) * (sample.Seconds - time));
        var slope = half.Sum(sample => (sample.Seconds - time) * (figure(sample) - mean)) / spread;
        return new(mean, slope * (half[^1].Seconds - half[0].Seconds));
    }
}
