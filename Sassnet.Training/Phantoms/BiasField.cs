using Sassnet.Training.Seeds;

namespace Sassnet.Training.Phantoms;

/// <summary>
/// The slowly varying sensitivity of a receive coil: 1 plus a random quadratic polynomial of the position, scaled so that it never departs
/// from 1 by more than the strength drawn.
/// </summary>
public sealed class BiasField
{
    private const int Terms = 9;

    private readonly double[] _coefficients = new double[Terms];

    /// <summary>Draws a field whose strength is uniform in [0, <paramref name="maxStrength"/>).</summary>
    public BiasField(RandomNumbers random, double maxStrength)
    {
        var sum = 0.0;
        for (var term = 0; term < Terms; term++)
        {
            _coefficients[term] = random.Symmetric(1);
            sum += Math.Abs(_coefficients[term]);
        }

        var strength = random.Uniform(0, maxStrength);
        for (var term = 0; term < Terms; term++)
            _coefficients[term] *= strength / sum;
    }

    /// <summary>The sensitivity at a position whose coordinates run over [−1, 1] across the field of view.</summary>
    public double At(Point position)
    {
        var (x, y, z) = position;
        var c = _coefficients;
        return 1 + (x * (c[0] + (c[3] * x) + (c[6] * y))) + (y * (c[1] + (c[4] * y) + (c[7] * z))) + (z * (c[2] + (c[5] * z) + (c[8] * x)));
    }
}
