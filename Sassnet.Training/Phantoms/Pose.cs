using Sassnet.Training.Seeds;

namespace Sassnet.Training.Phantoms;

/// <summary>Where the heart lies in the scan: scan millimetres (from the grid's centre) → the heart's own frame, whose origin is the atrium's centre.</summary>
public sealed class Pose
{
    // The rows of the rotation from the scan's frame to the heart's.
    private readonly Point _right;
    private readonly Point _front;
    private readonly Point _up;
    private readonly Point _center;

    private Pose(Point axis, double scale, Point center)
    {
        // The rotation of the quaternion (1, axis), normalised: its angle is 2·atan|axis|, and no trigonometric function is needed.
        var norm = 1 / (1 + Point.Dot(axis, axis));
        var (x, y, z) = axis;
        _right = new Point(1 + (x * x) - (y * y) - (z * z), 2 * ((x * y) - z), 2 * ((x * z) + y)) * norm;
        _front = new Point(2 * ((x * y) + z), 1 - (x * x) + (y * y) - (z * z), 2 * ((y * z) - x)) * norm;
        _up = new Point(2 * ((x * z) - y), 2 * ((y * z) + x), 1 - (x * x) - (y * y) + (z * z)) * norm;
        Scale = scale;
        _center = center;
    }

    /// <summary>Scan millimetres per millimetre of the heart's frame.</summary>
    public double Scale { get; }

    /// <summary>Draws a pose for a field of view of the given extent in millimetres.</summary>
    public static Pose Draw(RandomNumbers random, PhantomOptions options, Point extent)
    {
        // tan(angle/2) per axis, to first order in radians.
        var reach = options.MaxRotationDegrees * Math.PI / 360;
        var axis = new Point(random.Symmetric(reach), random.Symmetric(reach), random.Symmetric(reach));
        var scale = random.Uniform(options.MinScale, options.MaxScale);
        var shift = options.MaxShift;
        var center = new Point(random.Symmetric(shift) * extent.X, random.Symmetric(shift) * extent.Y, random.Symmetric(shift) * extent.Z);
        return new Pose(axis, scale, center);
    }

    /// <summary>A scan position in the heart's frame.</summary>
    public Point ToHeart(Point scan)
    {
        var offset = (scan - _center) * (1 / Scale);
        return new Point(Point.Dot(_right, offset), Point.Dot(_front, offset), Point.Dot(_up, offset));
    }
}
