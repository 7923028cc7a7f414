using SkiaSharp;

namespace Sassnet.Model.Pictures.Slices;

/// <summary>
/// The closed lines where a field on a plane crosses a value, placed by linear interpolation between sample centres. The field ends half a sample
/// beyond its outermost centres: a region cut by the border is closed there.
/// </summary>
internal sealed class MarchingSquares(PlaneSlice field, float isoValue)
{
    // Edges of a cell: 0 top, 1 right, 2 bottom, 3 left. By which corners are inside (1 top left, 2 top right, 4 bottom right, 8 bottom left), the
    // lines through the cell as pairs of edges, from and to, the inside on the left. The two saddles are resolved by the cell's mean.
    private static readonly int[][] Lines =
    [
        [], [3, 0], [0, 1], [3, 1], [1, 2], [3, 0, 1, 2], [0, 2], [3, 2],
        [2, 3], [2, 0], [0, 1, 2, 3], [2, 1], [1, 3], [1, 0], [0, 3], [],
    ];

    private static readonly int[] JoinedFallingSaddle = [1, 0, 3, 2];
    private static readonly int[] JoinedRisingSaddle = [0, 3, 2, 1];

    /// <summary>Follows every line.</summary>
    /// <returns>Closed lines, first point not repeated; a sample's centre has its index as coordinates, x to the right and y down.</returns>
    public List<SKPoint[]> Run()
    {
        var next = new Dictionary<int, int>();
        for (var y = -1; y < field.Height; y++)
        {
            for (var x = -1; x < field.Width; x++)
            {
                var lines = LinesOf(x, y);
                for (var i = 0; i < lines.Length; i += 2)
                    next[Edge(lines[i], x, y)] = Edge(lines[i + 1], x, y);
            }
        }

        var closed = new List<SKPoint[]>();
        while (next.Count > 0)
            closed.Add(Follow(next));
        return closed;
    }

    private SKPoint[] Follow(Dictionary<int, int> next)
    {
        var line = new List<SKPoint>();
        var edge = next.Keys.First();
        while (next.Remove(edge, out var following))
        {
            line.Add(Crossing(edge));
            edge = following;
        }

        return [.. line];
    }

    private int[] LinesOf(int x, int y)
    {
        var corners = (At(x, y), At(x + 1, y), At(x + 1, y + 1), At(x, y + 1));
        var inside = (corners.Item1 > isoValue ? 1 : 0) | (corners.Item2 > isoValue ? 2 : 0) | (corners.Item3 > isoValue ? 4 : 0) | (corners.Item4 > isoValue ? 8 : 0);
        if (inside is 5 or 10 && (corners.Item1 + corners.Item2 + corners.Item3 + corners.Item4) / 4 > isoValue)
            return inside == 5 ? JoinedFallingSaddle : JoinedRisingSaddle;
        return Lines[inside];
    }

    // An edge is numbered by the sample it starts at, twice: to the right, and (plus one) down.
    private int Edge(int side, int x, int y) => side switch
    {
        0 => Number(x, y),
        1 => Number(x + 1, y) + 1,
        2 => Number(x, y + 1),
        _ => Number(x, y) + 1,
    };

    private int Number(int x, int y) => 2 * (x + 1 + ((field.Width + 2) * (y + 1)));

    private SKPoint Crossing(int edge)
    {
        var (sample, down) = (edge / 2, edge % 2);
        var (x, y) = ((sample % (field.Width + 2)) - 1, (sample / (field.Width + 2)) - 1);
        var (from, to) = (At(x, y), At(x + 1 - down, y + down));
        var fraction = (isoValue - from) / (to - from);
        return down == 0 ? new SKPoint(x + fraction, y) : new SKPoint(x, y + fraction);
    }

    // Beyond the border the field falls below the value, mirrored so that the crossing is half-way.
    private float At(int x, int y)
    {
        var value = field.Values[Math.Clamp(x, 0, field.Width - 1) + (field.Width * Math.Clamp(y, 0, field.Height - 1))];
        var within = x >= 0 && y >= 0 && x < field.Width && y < field.Height;
        return within ? value : Math.Min(value, (2 * isoValue) - value);
    }
}
