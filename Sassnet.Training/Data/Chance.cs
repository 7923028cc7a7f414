namespace Sassnet.Training.Data;

/// <summary>How augmentations draw. What is off, or always on, draws nothing for whether it happens: so a new one leaves the crops of older configurations as they were.</summary>
internal static class Chance
{
    /// <summary>Whether a change happens.</summary>
    /// <param name="range">Its range; 0 is off.</param>
    /// <param name="probability">How often, in [0, 1].</param>
    /// <param name="random">Where it comes from.</param>
    public static bool Of(double range, double probability, Random random) => range > 0 && (probability >= 1 || random.NextDouble() < probability);

    /// <summary>A factor between 1/(1 + range) and 1 + range, uniform in the logarithm: shrinking is as likely as growing.</summary>
    public static double Factor(double range, Random random) => Math.Exp(Symmetric(random) * Math.Log(1 + range));

    /// <summary>A number between −1 and 1.</summary>
    public static double Symmetric(Random random) => (2 * random.NextDouble()) - 1;
}
