using System.Globalization;

namespace Sassnet.Training.Methods;

/// <summary>The figures of one training iteration, taken before its updates; none has a unit.</summary>
/// <param name="Total">What the step minimised.</param>
/// <param name="Parts">The losses it is made of, and their weights where these change, by name.</param>
public sealed record StepLosses(double Total, params IReadOnlyList<(string Name, double Value)> Parts)
{
    /// <summary>Whether no figure is NaN or infinite.</summary>
    public bool AreFinite => double.IsFinite(Total) && Parts.All(part => double.IsFinite(part.Value));

    /// <summary>A part by its name.</summary>
    public double this[string name] => Parts.Single(part => part.Name == name).Value;

    /// <summary>All figures on one line.</summary>
    public override string ToString() => string.Join(
        "  ", Parts.Prepend(("loss", Total)).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Item1} {part.Item2:F4}")));
}
