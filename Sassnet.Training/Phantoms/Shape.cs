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
