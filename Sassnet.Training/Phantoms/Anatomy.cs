using Sassnet.Training.Seeds;

namespace Sassnet.Training.Phantoms;

/// <summary>
/// The chest around one atrium: chambers and vessels filled with the same bright blood, which are not the label, muscle, lungs and spine.
/// Brightness is relative to blood at 1.
/// </summary>
public sealed class Anatomy
{
    private const double Air = 0.02;
    private const double WallThickness = 2.2;

    private readonly Atrium _atrium;
    private readonly double _atrialBlood;
    private readonly double _wall;
    private readonly List<(Shape Shape, double Brightness)> _surroundings = [];
    private int _ventricle;

    private Anatomy(RandomNumbers random)
    {
        var chest = random.Uniform(0.35, 0.6);
        var lung = random.Uniform(0.05, 0.2);
        var muscle = random.Uniform(0.3, 0.5);
        _wall = random.Uniform(0.3, 0.55);
        _atrialBlood = Blood(random);
        _atrium = Atrium.Draw(random);

        // Later structures cover earlier ones.
        AddBlob(random, new(0, 5, 0), new(125, 85, 300), chest);
        AddBlob(random, new(82, -5, 0), new(38, 58, 80), lung);
        AddBlob(random, new(-82, -5, 0), new(38, 58, 80), lung);
        AddVessel(random, new(3, -60, -90), new(0, -56, 0), new(3, -60, 90), 15, random.Uniform(0.3, 0.7));
        AddVentricles(random, muscle);
        AddBlob(random, new(43, 19, -4), new(15, 18, 20), Blood(random));
        AddVessel(random, new(43, 15, 8), new(41, 9, 32), new(38, 10, 90), 8, Blood(random));
        AddVessel(random, new(43, 11, -16), new(38, 2, -34), new(35, -4, -90), 9, Blood(random));
        AddVessel(random, new(-2, 29, 2), new(8, 36, 32), new(0, 22, 75), 12.5, Blood(random));
        AddVessel(random, new(-22, -36, -90), new(-18, -34, 0), new(-22, -34, 90), 9.5, Blood(random));
        AddVessel(random, new(-38, 2, 38), new(-4, 12, 34), new(40, -8, 37), 8, Blood(random));
    }

    /// <summary>Draws an anatomy.</summary>
    public static Anatomy Draw(RandomNumbers random) => new(random);

    /// <summary>The brightness at a point of the heart's frame and what it belongs to.</summary>
    /// <param name="point">Millimetres in the heart's frame.</param>
    /// <param name="edge">The width over which neighbouring tissues mix, in the same millimetres: about a voxel.</param>
    public (double Brightness, Chamber Chamber) At(Point point, double edge)
    {
        var (blood, labelled) = _atrium.Distances(point);
        var (brightness, uppermost) = (Air, -1);
        for (var i = 0; i < _surroundings.Count; i++)
        {
            var distance = _surroundings[i].Shape.Distance(point);
            brightness = Cover(brightness, _surroundings[i].Brightness, distance, edge);
            uppermost = distance < 0 ? i : uppermost;
        }

        // What lies under the atrium's wall is not seen.
        var isVentricle = uppermost == _ventricle && blood >= WallThickness;
        brightness = Cover(brightness, _wall, blood - WallThickness, edge);
        brightness = Cover(brightness, _atrialBlood, blood, edge);
        return (brightness, labelled < 0 ? Chamber.LeftAtrium : isVentricle ? Chamber.LeftVentricle : Chamber.None);
    }

    private static double Cover(double below, double tissue, double distance, double edge) =>
        below + (Math.Clamp(0.5 - (distance / edge), 0, 1) * (tissue - below));

    // Every chamber and vessel has its own brightness, and their ranges are the atrium's: brightness alone does not tell them apart.
    private static double Blood(RandomNumbers random) => random.Uniform(0.92, 1.08);

    private static Point Jitter(RandomNumbers random, double reach) =>
        new(random.Symmetric(reach), random.Symmetric(reach), random.Symmetric(reach));

    private void AddVentricles(RandomNumbers random, double muscle)
    {
        var left = new Point(-22, 42, -26) + Jitter(random, 3);
        var leftRadii = new Point(15, 20, 16) * random.Uniform(0.85, 1.15);
        _surroundings.Add((new Ellipsoid(left, leftRadii + new Point(9, 9, 9)), muscle));
        _ventricle = _surroundings.Count;
        _surroundings.Add((new Ellipsoid(left, leftRadii), Blood(random)));

        var right = new Point(20, 50, -22) + Jitter(random, 3);
        var rightRadii = new Point(18, 15, 17) * random.Uniform(0.85, 1.15);
        _surroundings.Add((new Ellipsoid(right, rightRadii + new Point(4, 4, 4)), muscle));
        _surroundings.Add((new Ellipsoid(right, rightRadii), Blood(random)));
    }

    private void AddBlob(RandomNumbers random, Point center, Point radii, double brightness) =>
        _surroundings.Add((new Ellipsoid(center + Jitter(random, 3), radii * random.Uniform(0.85, 1.15)), brightness));

    private void AddVessel(RandomNumbers random, Point start, Point bend, Point end, double radius, double brightness)
    {
        var width = radius * random.Uniform(0.8, 1.2);
        _surroundings.Add((new Tube(start + Jitter(random, 3), bend + Jitter(random, 4), end + Jitter(random, 6), width, width * random.Uniform(0.85, 1)), brightness));
    }
}

/// <summary>What a point of the heart belongs to; the values are those of labels.</summary>
public enum Chamber : byte
{
    /// <summary>Something else.</summary>
    None,

    /// <summary>The left atrium and the stumps of its veins.</summary>
    LeftAtrium,

    /// <summary>The blood of the left ventricle, an ellipsoid.</summary>
    LeftVentricle,
}
