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
        Add(0, _points.Length);
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

    /// <summary>Boxes the points of a range.</summary>
    private int Add(int start, int end)
    {
        var (low, high) = (_points[start], _points[start]);
        foreach (var point in _points.AsSpan(start, end - start))
        {
            low = (Math.Min(low.R, point.R), Math.Min(low.A, point.A), Math.Min(low.S, point.S));
            high = (Math.Max(high.R, point.R), Math.Max(high.A, point.A), Math.Max(high.S, point.S));
        }

        _boxes.Add(new Box(start, end, low, high, 0, 0));
        return _boxes.Count - 1;
    }

    /// <summary>The halves of a box, cut across the middle of its longest side; made when they are first asked for, as most boxes are nowhere near the longest distance.</summary>
    private (int First, int Second) HalvesOf(int index)
    {
        var box = _boxes[index];
        if (box.First == 0)
        {
            var middle = Cut(box);
            box = box with { First = Add(box.Start, middle), Second = Add(middle, box.End) };
            _boxes[index] = box;
        }

        return (box.First, box.Second);
    }

    /// <summary>Puts the points below the middle of the longest side before the others, and says where these begin.</summary>
    private int Cut(Box box)
    {
        var (r, a, s) = (box.High.R - box.Low.R, box.High.A - box.Low.A, box.High.S - box.Low.S);
        Func<(double R, double A, double S), double> along = r >= a && r >= s ? point => point.R : a >= s ? point => point.A : point => point.S;
        var middle = (along(box.Low) + along(box.High)) / 2;
        var points = _points.AsSpan(box.Start, box.End - box.Start);
        var below = 0;
        for (var i = 0; i < points.Length; i++)
        {
            if (along(points[i]) < middle)
            {
                (points[below], points[i]) = (points[i], points[below]);
                below++;
            }
        }

        // Of points that are all one, or so close that no number is between them, none need be below.
        return box.Start + (below > 0 ? below : points.Length / 2);
    }

    private IEnumerable<(int One, int Other)> Halves(int one, int other)
    {
        var (left, right) = (_boxes[one], _boxes[other]);
        var isFirstCut = right.IsLeaf || (!left.IsLeaf && left.Count >= right.Count);
        var (first, second) = HalvesOf(isFirstCut ? one : other);
        if (one == other)
            return [(first, first), (first, second), (second, second)];
        return isFirstCut ? [(first, other), (second, other)] : [(one, first), (one, second)];
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
        public int Count => End - Start;

        public bool IsLeaf => Count <= LeafPoints;
    }
}
