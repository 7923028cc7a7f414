using Sassnet.Model.Metrics;

namespace Sassnet.Training.Statistics;

/// <summary>
/// How sure a mean over cases is: the percentile bootstrap (Efron and Tibshirani, 1993, chapter 13). Cases are drawn with replacement, as many as there
/// are, and the middle 95 % of the means of 10 000 such draws are the interval. It says what other cases of the same kind would have given, not what
/// another training run would. Of few cases it is too narrow: of ten by nearly a fifth (√(9/10) · 1.96 standard errors, of which Student's t has 2.26), so
/// that 90 % of such intervals hold the true mean, and not 95 %.
/// </summary>
public static class Bootstrap
{
    /// <summary>The share of draws whose mean lies in the interval.</summary>
    public const double Level = 0.95;

    /// <summary>How many draws.</summary>
    public const int Resamples = 10_000;

    // Fixed, so that an evaluation repeated gives the same figures.
    private const int Seed = 1337;

    /// <summary>The interval of the mean.</summary>
    /// <param name="values">One finite value per case, independent of each other.</param>
    /// <returns>Null for fewer than two values, which say nothing about how they vary.</returns>
    public static Interval? OfMean(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count < 2)
            return null;
        var random = new Random(Seed);
        var means = new double[Resamples];
        for (var draw = 0; draw < Resamples; draw++)
        {
            var sum = 0.0;
            for (var i = 0; i < values.Count; i++)
                sum += values[random.Next(values.Count)];
            means[draw] = sum / values.Count;
        }

        const double Tail = 100 * (1 - Level) / 2;
        return new Interval(Percentile.Of(means, Tail), Percentile.Of(means, 100 - Tail));
    }
}

/// <summary>Where a mean lies with the confidence of <see cref="Bootstrap.Level"/>.</summary>
/// <param name="Low">The lower end, in the unit of the values.</param>
/// <param name="High">The upper end.</param>
public sealed record Interval(double Low, double High);
