namespace Sassnet.Training.Phantoms;

/// <summary>A round tube along a bent centre line (a quadratic Bézier curve cut into straight pieces), tapering from one end to the other.</summary>
public sealed class Tube : Shape
{
    private const int Pieces = 8;

    private readonly Point[] _line = new Point[Pieces + 1];
    private readonly double _startRadius;
    private readonly double _endRadius;

    /// <summary>Makes a tube.</summary>
    /// <param name="start">Where the centre line starts.</param>
    /// <param name="bend">The control point the line is drawn towards.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="startRadius">The radius at the start in millimetres.</param>
    /// <param name="endRadius">The radius at the end in millimetres.</param>
    public Tube(Point start, Point bend, Point end, double startRadius, double endRadius)
    {
        _startRadius = startRadius;
        _endRadius = endRadius;
        for (var piece = 0; piece <= Pieces; piece++)
        {
            var t = (double)piece / Pieces;
            _line[piece] = (start * ((1 - t) * (1 - t))) + (bend * (2 * t * (1 - t))) + (end * (t * t));
        }
    }

    /// <inheritdoc/>
    public override double Distance(Point point)
    {
        var nearest = double.PositiveInfinity;
        for (var piece = 0; piece < Pieces; piece++)
        {
            var along = _line[piece + 1] - _line[piece];
            var offset = point - _line[piece];
            var t = Math.Clamp(Point.Dot(offset, along) / Point.Dot(along, along), 0, 1);
            var radius = _startRadius + ((_endRadius - _startRadius) * (piece + t) / Pieces);
            nearest = Math.Min(nearest, (offset - (along * t)).Length - radius);
        }

        return nearest;
    }
}
