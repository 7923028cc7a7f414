namespace Sassnet.Tests;

/// <summary>How far a result lies from the recorded one.</summary>
/// <param name="Name">Which result.</param>
/// <param name="Seen">The largest difference.</param>
/// <param name="Tolerance">The largest that is accepted.</param>
internal sealed record GoldenDeviation(string Name, double Seen, double Tolerance)
{
    /// <summary>Whether the result is accepted; one that is no number is not.</summary>
    public bool IsWithin => Seen <= Tolerance;
}
