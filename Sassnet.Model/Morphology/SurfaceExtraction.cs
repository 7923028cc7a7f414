using Sassnet.Model.Volumes;

namespace Sassnet.Model.Morphology;

/// <summary>
/// One run of marching cubes. Cubes have their corners at voxel centres; one layer of outside is laid around the bounding box of what is inside, so the surface
/// closes at the grid's border and nothing beyond the box is visited. Positions of the padded box count from its outside layer.
/// </summary>
internal sealed class SurfaceExtraction(Volume field, float isoValue, byte[]? within)
{
    private const int None = -1;

    // A crossing exactly at a voxel centre would be one point for several edges, with triangles of no area between.
    private const float NearestToCentre = 1e-3f;

    private readonly List<(double R, double A, double S)> _vertices = [];
    private readonly List<(int A, int B, int C)> _triangles = [];
    private readonly bool _mirrored = field.Affine.Determinant < 0;
    private GridBox _box;
    private int _width;
    private int _height;
    private byte[][] _inside = [];
    private int[][][] _vertexOfEdge = [];

    /// <summary>Extracts the surface.</summary>
    public SurfaceMesh Run()
    {
        var mask = InsideMask();
        if (GridBox.Bounding(mask, field.Size) is not { } box)
            return new SurfaceMesh([], []);
        _box = box;
        (_width, _height) = (box.Size.X + 2, box.Size.Y + 2);
        _inside = [new byte[_width * _height], new byte[_width * _height]];

        // By axis, then layer: an edge along z lies between two layers, those along x and y in one of them.
        _vertexOfEdge = [[Unset(), Unset()], [Unset(), Unset()], [Unset()]];
        for (var z = 0; z <= box.Size.Z; z++)
        {
            FillInside(_inside[1], mask, z + 1);
            for (var y = 0; y < _height - 1; y++)
                MarchRow(y, z);
            NextLayer();
        }

        return new SurfaceMesh(_vertices, _triangles);
    }

    private byte[] InsideMask()
    {
        var mask = new byte[field.Voxels.Length];
        for (var i = 0; i < mask.Length; i++)
            mask[i] = field.Voxels[i] > isoValue && (within is null || within[i] != 0) ? (byte)1 : (byte)0;
        return mask;
    }

    private int[] Unset()
    {
        var layer = new int[_width * _height];
        layer.AsSpan().Fill(None);
        return layer;
    }

    private void NextLayer()
    {
        _inside = [_inside[1], _inside[0]];
        for (var axis = 0; axis < 2; axis++)
            _vertexOfEdge[axis] = [_vertexOfEdge[axis][1], _vertexOfEdge[axis][0]];
        foreach (var layers in _vertexOfEdge)
            layers[^1].AsSpan().Fill(None);
    }

    private void FillInside(byte[] layer, byte[] mask, int z)
    {
        Array.Clear(layer);
        if (z > _box.Size.Z)
            return;
        for (var y = 0; y < _box.Size.Y; y++)
        {
            var row = mask.AsSpan(field.Size.IndexOf(_box.Start.X, _box.Start.Y + y, _box.Start.Z + z - 1), _box.Size.X);
            row.CopyTo(layer.AsSpan(1 + (_width * (y + 1))));
        }
    }

    private void MarchRow(int y, int z)
    {
        ReadOnlySpan<byte> low = _inside[0].AsSpan(_width * y);
        ReadOnlySpan<byte> high = _inside[1].AsSpan(_width * y);
        var before = 0;
        for (var x = 0; x < _width - 1; x++)
        {
            // The four corners at x + 1 are the odd ones of this cube and the even ones of the next.
            var after = low[x + 1] | (low[_width + x + 1] << 2) | (high[x + 1] << 4) | (high[_width + x + 1] << 6);
            var triangles = MarchingCubes.Triangles(before | (after << 1));
            for (var i = 0; i < triangles.Length; i += 3)
            {
                var (a, b, c) = (Vertex(triangles[i], x, y, z), Vertex(triangles[i + 1], x, y, z), Vertex(triangles[i + 2], x, y, z));
                _triangles.Add(_mirrored ? (a, c, b) : (a, b, c));
            }

            before = after;
        }
    }

    private int Vertex(int edge, int x, int y, int z)
    {
        var (axis, corner) = MarchingCubes.Edge(edge);
        var (atX, atY, above) = (x + (corner & 1), y + ((corner >> 1) & 1), corner >> 2);
        ref var vertex = ref _vertexOfEdge[axis][above][atX + (_width * atY)];
        if (vertex == None)
        {
            vertex = _vertices.Count;
            _vertices.Add(Crossing(axis, atX, atY, z + above));
        }

        return vertex;
    }

    private (double R, double A, double S) Crossing(int axis, int x, int y, int z)
    {
        var (nextX, nextY, nextZ) = (axis == 0 ? x + 1 : x, axis == 1 ? y + 1 : y, axis == 2 ? z + 1 : z);
        var fraction = 0.5;
        if (Value(x, y, z) is { } from && Value(nextX, nextY, nextZ) is { } to)
        {
            var interpolated = ((double)isoValue - from) / ((double)to - from);
            if (double.IsFinite(interpolated))
                fraction = Math.Clamp(interpolated, NearestToCentre, 1 - NearestToCentre);
        }

        return field.Affine.Apply(
            _box.Start.X + x - 1 + (axis == 0 ? fraction : 0), _box.Start.Y + y - 1 + (axis == 1 ? fraction : 0), _box.Start.Z + z - 1 + (axis == 2 ? fraction : 0));
    }

    /// <summary>The field at a position of the padded box; null where it does not count: beyond the grid, or outside the mask given.</summary>
    private float? Value(int x, int y, int z)
    {
        var (i, j, k) = (_box.Start.X + x - 1, _box.Start.Y + y - 1, _box.Start.Z + z - 1);
        if (i < 0 || j < 0 || k < 0 || i >= field.Size.X || j >= field.Size.Y || k >= field.Size.Z)
            return null;
        var voxel = field.Size.IndexOf(i, j, k);
        if (within is not null && within[voxel] == 0 && field.Voxels[voxel] > isoValue)
            return null;
        return field.Voxels[voxel];
    }
}
