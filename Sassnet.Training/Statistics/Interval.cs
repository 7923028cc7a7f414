namespace Sassnet.Training.Statistics;

/// <summary>Where a mean lies with the confidence of <see cref="Bootstrap.Level"/>.</summary>
/// <param name="Low">The lower end, in the unit of the values.</param>
/// <param name="High">The upper end.</param>
public sealed record Interval(double Low, double High);
