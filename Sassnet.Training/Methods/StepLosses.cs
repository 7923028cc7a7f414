using System.Globalization;

namespace Sassnet.Training.Methods;

/// <summary>The figures of one training iteration, taken before its updates; none has a unit.</summary>
/// <param name="Total">What the step minimised.</param>
/// <param name="Parts">The losses it is made of, and their weights where these change, by name.</param>
public sealed record StepLosses(double Total, params IReadOnlyList<(string Name, double Value)> Parts)
{
    /// <summary>Of several structures what each has of the parts that are means over them, by the part's name and the label's value, such as <c>lossDice.1</c>; empty of one.</summary>
    public IReadOnlyList<(string Name, double Value)> OfStructures { get; init; } = [];

    /// <summary>Whether neither the total nor a part, and so nothing that a part is the mean of, is NaN or infinite.</summary>
    public bool AreFinite => double.IsFinite(Total) && Parts.All(part => double.IsFinite(part.Value));

    /// <summary>A part by its name.</summary>
    public double this[string name] => Parts.Single(part => part.Name == name).Value;

    /// <summary>The total and its parts on one line.</summary>
    public override string ToString() => string.Join(
        "  ", Parts.Prepend(("loss", Total)).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Item1} {part.Item2:F4}")));
}
