namespace Sassnet.Model.Morphology;

/// <summary>
/// The largest distance between two of many points, exactly: pairs of boxes of points are taken apart, those first whose farthest corners are farthest apart,
/// until no pair left could hold a longer distance than the longest seen.
/// </summary>
internal sealed class PointSetDiameter
{
    private const int LeafPoints = 12;

    private readonly (double R, double A, double S)[] _points;
    private readonly List<Box> _boxes = [];

    private PointSetDiameter(IEnumerable<(double R, double A, double S)> points) => _points = [.. points];

    /// <summary>The largest distance, in the points' unit; 0 where there are fewer than two.</summary>
    public static double Of(IReadOnlyList<(double R, double A, double S)> points) => points.Count < 2 ? 0 : new PointSetDiameter(points).Run();

    private double Run()
    {
        Build(0, _points.Length);
        var longest = Sweep();
        var open = new PriorityQueue<(int One, int Other), double>();
        open.Enqueue((0, 0), -Bound(0, 0));
        while (open.TryDequeue(out var pair, out var bound) && -bound > longest)
        {
            var (one, other) = (_boxes[pair.One], _boxes[pair.Other]);
            if (one.IsLeaf && other.IsLeaf)
            {
                longest = Math.Max(longest, Longest(one, other));
                continue;
            }

            foreach (var (next, last) in Halves(pair.One, pair.Other))
            {
                var reach = Bound(next, last);
                if (reach > longest)
                    open.Enqueue((next, last), -reach);
            }
        }

        return Math.Sqrt(longest);
    }

    /// <summary>A long distance to begin with: from a point to its farthest, and on from there.</summary>
    private double Sweep()
    {
        var (from, longest) = (_points[0], 0.0);
        for (var round = 0; round < 4; round++)
        {
            var farthest = _points.MaxBy(point => Squared(from, point));
            longest = Math.Max(longest, Squared(from, farthest));
            from = farthest;
        }

        return longest;
    }

    /// <summary>Boxes the points of a range, halved along the box's longest side; a box's index is in the list before those of its halves.</summary>
    private int Build(int start, int end)
    {
        var (low, high) = (_points[start], _points[start]);
        foreach (var point in _points.AsSpan(start, end - start))
        {
            low = (Math.Min(low.R, point.R), Math.Min(low.A, point.A), Math.Min(low.S, point.S));
            high = (Math.Max(high.R, point.R), Math.Max(high.A, point.A), Math.Max(high.S, point.S));
        }

        var index = _boxes.Count;
        _boxes.Add(new Box(start, end, low, high, 0, 0));
        if (end - start <= LeafPoints)
            return index;
        var (r, a, s) = (high.R - low.R, high.A - low.A, high.S - low.S);
        Func<(double R, double A, double S), double> along = r >= a && r >= s ? point => point.R : a >= s ? point => point.A : point => point.S;
        var points = _points.AsSpan(start, end - start);
        var places = new double[points.Length];
        for (var i = 0; i < points.Length; i++)
            places[i] = along(points[i]);
        places.AsSpan().Sort(points);
        var middle = (start + end) / 2;
        var (first, second) = (Build(start, middle), Build(middle, end));
        _boxes[index] = _boxes[index] with { First = first, Second = second };
        return index;
    }

    private IEnumerable<(int One, int Other)> Halves(int one, int other)
    {
        var (left, right) = (_boxes[one], _boxes[other]);
        if (one == other)
            return [(left.First, left.First), (left.First, left.Second), (left.Second, left.Second)];
        return right.IsLeaf || (!left.IsLeaf && left.End - left.Start >= right.End - right.Start)
            ? [(left.First, other), (left.Second, other)]
            : [(one, right.First), (one, right.Second)];
    }

    private double Longest(Box one, Box other)
    {
        var longest = 0.0;
        foreach (var point in _points.AsSpan(one.Start, one.End - one.Start))
        {
            foreach (var far in _points.AsSpan(other.Start, other.End - other.Start))
                longest = Math.Max(longest, Squared(point, far));
        }

        return longest;
    }

    /// <summary>The square of a distance that no two points of two boxes exceed.</summary>
    private double Bound(int one, int other)
    {
        var (left, right) = (_boxes[one], _boxes[other]);
        return Squared(
            (Reach(left.Low.R, left.High.R, right.Low.R, right.High.R), Reach(left.Low.A, left.High.A, right.Low.A, right.High.A), Reach(left.Low.S, left.High.S, right.Low.S, right.High.S)),
            default);
    }

    private static double Reach(double low, double high, double otherLow, double otherHigh) => Math.Max(otherHigh - low, high - otherLow);

    private static double Squared((double R, double A, double S) one, (double R, double A, double S) other)
    {
        var (r, a, s) = (one.R - other.R, one.A - other.A, one.S - other.S);
        return (r * r) + (a * a) + (s * s);
    }

    private readonly record struct Box(int Start, int End, (double R, double A, double S) Low, (double R, double A, double S) High, int First, int Second)
    {
        public bool IsLeaf => First == 0;
    }
}
