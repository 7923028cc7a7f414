namespace Sassnet.Training.Phantoms;

/// <summary>A solid given by its signed distance in millimetres (negative inside), exact for tubes and first-order for ellipsoids.</summary>
public abstract class Shape
{
    /// <summary>The signed distance of a point.</summary>
    public abstract double Distance(Point point);

    /// <summary>
    /// The union of two signed distances with the seam rounded over about <paramref name="radius"/> mm
    /// (the polynomial smooth minimum; it never lies above the plain minimum).
    /// </summary>
    public static double SmoothUnion(double a, double b, double radius)
    {
        var overlap = Math.Max(radius - Math.Abs(a - b), 0) / radius;
        return Math.Min(a, b) - (overlap * overlap * radius / 4);
    }
}

/// <summary>An ellipsoid with its axes along x, y and z.</summary>
/// <param name="center">The centre in millimetres.</param>
/// <param name="radii">The three semi-axes in millimetres, each above 0.</param>
public sealed class Ellipsoid(Point center, Point radii) : Shape
{
    /// <inheritdoc/>
    public override double Distance(Point point)
    {
        var offset = point - center;
        var scaled = new Point(offset.X / radii.X, offset.Y / radii.Y, offset.Z / radii.Z);
        var level = scaled.Length;

        // The first-order distance (level − 1)/|∇level| tends to 0/0 at the centre, where the shortest semi-axis is the distance.
        var gradient = new Point(scaled.X / radii.X, scaled.Y / radii.Y, scaled.Z / radii.Z).Length;
        return gradient > 0 ? level * (level - 1) / gradient : -Math.Min(radii.X, Math.Min(radii.Y, radii.Z));
    }
}
