using Sassnet.Training.Seeds;

namespace Sassnet.Training.Phantoms;

/// <summary>
/// The left atrium: a rounded body with an appendage and four pulmonary veins, in the heart's frame (x right, y front, z head, origin in the body's middle).
/// Blood fills the veins to their ends; the label takes only their first <see cref="StumpLength"/> mm, as experts do when they cut the veins near their mouths.
/// </summary>
public sealed class Atrium
{
    /// <summary>How far from the body's surface a vein still counts as atrium, in millimetres of the heart's frame.</summary>
    public const double StumpLength = 7;

    private const double MouthRounding = 4;
    private const double AppendageRounding = 6;

    private readonly Ellipsoid _chamber;
    private readonly Ellipsoid _appendage;
    private readonly Tube[] _veins;

    private Atrium(Ellipsoid chamber, Ellipsoid appendage, Tube[] veins)
    {
        _chamber = chamber;
        _appendage = appendage;
        _veins = veins;
    }

    /// <summary>Draws an atrium.</summary>
    public static Atrium Draw(RandomNumbers random)
    {
        var radii = new Point(random.Uniform(25, 31), random.Uniform(16, 21.5), random.Uniform(18, 24));
        var appendage = new Ellipsoid(
            new Point(-0.75 * radii.X, 0.75 * radii.Y, random.Uniform(2, 8)),
            new Point(random.Uniform(8, 11), random.Uniform(7, 10), random.Uniform(6, 9)));
        var veins = new Tube[4];
        for (var vein = 0; vein < veins.Length; vein++)
        {
            var side = vein % 2 == 0 ? 1 : -1;
            var level = vein < 2 ? 1 : -1;
            veins[vein] = DrawVein(random, radii, side, level);
        }

        return new Atrium(new Ellipsoid(default, radii), appendage, veins);
    }

    /// <summary>Signed distances of a point: to all the blood (body and whole veins) and to what the label covers.</summary>
    public (double Blood, double Labelled) Distances(Point point)
    {
        var body = Shape.SmoothUnion(_chamber.Distance(point), _appendage.Distance(point), AppendageRounding);
        var vein = double.PositiveInfinity;
        foreach (var tube in _veins)
            vein = Math.Min(vein, tube.Distance(point));

        var blood = Shape.SmoothUnion(body, vein, MouthRounding);
        return (blood, Math.Max(blood, body - StumpLength));
    }

    // Veins leave the back corners of the body, two to each side, and bend outwards into the lungs.
    private static Tube DrawVein(RandomNumbers random, Point radii, int side, int level)
    {
        var start = new Point(side * 0.55 * radii.X, -0.35 * radii.Y, level * 0.45 * radii.Z);
        var away = new Point(side, random.Uniform(-0.45, -0.15), level * random.Uniform(0.15, 0.5));
        var bend = start + (away * random.Uniform(18, 26));
        var end = bend + (new Point(side, random.Symmetric(0.5), level * random.Uniform(0.2, 0.9)) * random.Uniform(22, 34));
        var mouth = random.Uniform(4.8, 7);
        return new Tube(start, bend, end, mouth, mouth * random.Uniform(0.55, 0.75));
    }
}
