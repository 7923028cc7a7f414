namespace Sassnet.Model.Morphology;

/// <summary>
/// The triangles that part the inside from the outside corners of one cube (Lorensen and Cline, SIGGRAPH 1987), for all 256 cases. The cases are not a
/// listed table but follow from one rule per face, which both cubes at the face apply alike; so no holes appear where a face is ambiguous.
/// </summary>
/// <remarks>
/// Corner c lies at x = bit 0, y = bit 1, z = bit 2 of c. Edge 4·axis + k runs along an axis; k holds the other two coordinates, the lower axis in bit 0.
/// </remarks>
internal static class MarchingCubes
{
    private static readonly byte[][] TrianglesByCase = [.. Enumerable.Range(0, 256).Select(Triangulate)];

    /// <summary>The edges crossed by each triangle, three at a time, counter-clockwise seen from outside.</summary>
    /// <param name="insideCorners">Bit c is set when corner c is inside.</param>
    public static ReadOnlySpan<byte> Triangles(int insideCorners) => TrianglesByCase[insideCorners];

    /// <summary>The axis of an edge and its corner with the lower coordinate.</summary>
    public static (int Axis, int Corner) Edge(int edge)
    {
        var axis = edge >> 2;
        var (low, high) = OtherAxes(axis);
        return (axis, ((edge & 1) << low) | (((edge >> 1) & 1) << high));
    }

    private static (int Low, int High) OtherAxes(int axis) => (axis == 0 ? 1 : 0, axis == 2 ? 1 : 2);

    private static int EdgeBetween(int corner, int neighbour)
    {
        var axis = int.Log2(corner ^ neighbour);
        var (low, high) = OtherAxes(axis);
        return (axis << 2) | ((corner >> low) & 1) | (((corner >> high) & 1) << 1);
    }

    private static byte[] Triangulate(int insideCorners)
    {
        var next = NextCrossings(insideCorners);
        var triangles = new List<byte>();
        while (next.Count > 0)
            triangles.AddRange(Fan(TakeLoop(next)));
        return [.. triangles];
    }

    /// <summary>
    /// The segments on the cube's faces, each from one crossed edge to the next. Walking a face counter-clockwise seen from outside the cube, every run of
    /// inside corners is cut off by a segment from the edge where the walk enters it to the edge where it leaves. An edge is entered on one of its
    /// two faces and left on the other, so the segments chain into loops around the inside corners.
    /// </summary>
    private static Dictionary<int, int> NextCrossings(int insideCorners)
    {
        var next = new Dictionary<int, int>();
        for (var face = 0; face < 6; face++)
        {
            var corners = FaceCorners(face >> 1, face & 1);
            for (var i = 0; i < 4; i++)
            {
                if (IsInside(corners[i]) || !IsInside(corners[(i + 1) % 4]))
                    continue;
                var last = (i + 1) % 4;
                while (IsInside(corners[(last + 1) % 4]))
                    last = (last + 1) % 4;
                next.Add(EdgeBetween(corners[i], corners[(i + 1) % 4]), EdgeBetween(corners[last], corners[(last + 1) % 4]));
            }
        }

        return next;

        bool IsInside(int corner) => ((insideCorners >> corner) & 1) != 0;
    }

    private static int[] FaceCorners(int axis, int side)
    {
        var (u, v) = (1 << ((axis + 1) % 3), 1 << ((axis + 2) % 3));
        var corner = side << axis;
        return side == 1 ? [corner, corner | u, corner | u | v, corner | v] : [corner, corner | v, corner | u | v, corner | u];
    }

    private static List<int> TakeLoop(Dictionary<int, int> next)
    {
        var loop = new List<int>();
        for (var edge = next.Keys.Min(); next.Remove(edge, out var following); edge = following)
            loop.Add(edge);
        return loop;
    }

    /// <summary>
    /// Splits a loop into a fan of triangles whose diagonals lie inside the cube: one that lay in a face could be a diagonal of the cube behind it too, and
    /// four triangles would share it. Every loop of the 256 cases has such a fan.
    /// </summary>
    private static IEnumerable<byte> Fan(List<int> loop)
    {
        var count = loop.Count;
        var apex = Enumerable.Range(0, count).First(start =>
            Enumerable.Range(2, count - 3).All(step => !ShareFace(loop[start], loop[(start + step) % count])));
        for (var step = 1; step < count - 1; step++)
        {
            yield return (byte)loop[apex];
            yield return (byte)loop[(apex + step) % count];
            yield return (byte)loop[(apex + step + 1) % count];
        }
    }

    private static bool ShareFace(int edge, int other)
    {
        for (var axis = 0; axis < 3; axis++)
        {
            if (Side(edge, axis) is { } side && side == Side(other, axis))
                return true;
        }

        return false;
    }

    /// <summary>The side of the cube along an axis on which an edge lies; null for its own axis.</summary>
    private static int? Side(int edge, int axis)
    {
        var (own, corner) = Edge(edge);
        return own == axis ? null : (corner >> axis) & 1;
    }
}
