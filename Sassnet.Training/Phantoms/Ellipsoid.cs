namespace Sassnet.Training.Phantoms;

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
