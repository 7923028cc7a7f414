using Sassnet.Training.Seeds;

namespace Sassnet.Training.Phantoms;

/// <summary>The uneven brightness of real tissue and of blood that mixes: random values on a coarse lattice, blended smoothly (value noise).</summary>
public sealed class Texture
{
    // One value per node of a lattice that repeats, which no field of view of a chest shows.
    private const int Nodes = 32;
    private const double SpacingMm = 7;

    private readonly double[] _values = new double[Nodes * Nodes * Nodes];

    /// <summary>Draws a texture with values in [−<paramref name="reach"/>, <paramref name="reach"/>].</summary>
    public Texture(RandomNumbers random, double reach)
    {
        for (var node = 0; node < _values.Length; node++)
            _values[node] = random.Symmetric(reach);
    }

    /// <summary>The value at a position in millimetres.</summary>
    public double At(Point position)
    {
        var (x, weightX) = Cell(position.X);
        var (y, weightY) = Cell(position.Y);
        var (z, weightZ) = Cell(position.Z);
        return Blend(Plane(x, y, z, weightX, weightY), Plane(x, y, z + 1, weightX, weightY), weightZ);
    }

    private static (int Node, double Weight) Cell(double millimetres)
    {
        var position = millimetres / SpacingMm;
        var node = Math.Floor(position);
        var t = position - node;
        return ((int)node, t * t * (3 - (2 * t)));
    }

    private static double Blend(double a, double b, double weight) => a + ((b - a) * weight);

    private double Plane(int x, int y, int z, double weightX, double weightY) =>
        Blend(Blend(Value(x, y, z), Value(x + 1, y, z), weightX), Blend(Value(x, y + 1, z), Value(x + 1, y + 1, z), weightX), weightY);

    private double Value(int x, int y, int z) =>
        _values[(x & (Nodes - 1)) + (Nodes * ((y & (Nodes - 1)) + (Nodes * (z & (Nodes - 1)))))];
}
