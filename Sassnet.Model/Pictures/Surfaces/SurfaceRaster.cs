using System.Numerics;
using SkiaSharp;

namespace Sassnet.Model.Pictures.Surfaces;

/// <summary>
/// Draws triangles into pixels with a depth buffer: parallel projection, normals interpolated across triangles, and Lambert shading wrapped
/// around to the far side, so that no part is of one flat colour.
/// </summary>
internal sealed class SurfaceRaster
{
    private const float Ambient = 0.12f;
    private static readonly Vector3 Light = Vector3.Normalize(new Vector3(-0.45f, 0.55f, 0.8f));

    private readonly int _width;
    private readonly int _height;
    private readonly float[] _depth;

    /// <summary>Starts with a background.</summary>
    public SurfaceRaster(int width, int height, SKColor background)
    {
        (_width, _height) = (width, height);
        _depth = new float[width * height];
        _depth.AsSpan().Fill(float.NegativeInfinity);
        Pixels = new SKColor[width * height];
        Pixels.AsSpan().Fill(background);
    }

    /// <summary>Colours from left to right, then top to bottom.</summary>
    public SKColor[] Pixels { get; }

    /// <summary>Draws a closed surface, its front faces only.</summary>
    /// <param name="vertices">In pixels: x to the right, y up from the bottom, z towards the eye.</param>
    /// <param name="triangles">Counter-clockwise seen from outside.</param>
    /// <param name="colour">The surface's colour under full light.</param>
    public void Draw(Vector3[] vertices, (int A, int B, int C)[] triangles, SKColor colour)
    {
        var normals = Normals(vertices, triangles);
        foreach (var (a, b, c) in triangles)
            Draw((vertices[a], vertices[b], vertices[c]), (normals[a], normals[b], normals[c]), colour);
    }

    // Sums of the faces' cross products: larger faces weigh more.
    private static Vector3[] Normals(Vector3[] vertices, (int A, int B, int C)[] triangles)
    {
        var normals = new Vector3[vertices.Length];
        foreach (var (a, b, c) in triangles)
        {
            var face = Vector3.Cross(vertices[b] - vertices[a], vertices[c] - vertices[a]);
            normals[a] += face;
            normals[b] += face;
            normals[c] += face;
        }

        return normals;
    }

    private void Draw((Vector3 A, Vector3 B, Vector3 C) corner, (Vector3 A, Vector3 B, Vector3 C) normal, SKColor colour)
    {
        var area = Side(corner.A, corner.B, corner.C);
        if (area <= 0)
            return;
        var (left, right) = Range(corner.A.X, corner.B.X, corner.C.X, _width);
        var (low, high) = Range(corner.A.Y, corner.B.Y, corner.C.Y, _height);
        for (var y = low; y <= high; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var pixel = new Vector3(x + 0.5f, y + 0.5f, 0);
                var (a, b, c) = (Side(corner.B, corner.C, pixel) / area, Side(corner.C, corner.A, pixel) / area, Side(corner.A, corner.B, pixel) / area);
                if (a < 0 || b < 0 || c < 0)
                    continue;
                var depth = (a * corner.A.Z) + (b * corner.B.Z) + (c * corner.C.Z);
                var index = x + (_width * (_height - 1 - y));
                if (depth <= _depth[index])
                    continue;
                _depth[index] = depth;
                Pixels[index] = Shade((a * normal.A) + (b * normal.B) + (c * normal.C), colour);
            }
        }
    }

    // Twice the signed area of a triangle in the picture: positive when it turns counter-clockwise.
    private static float Side(Vector3 a, Vector3 b, Vector3 c) => ((b.X - a.X) * (c.Y - a.Y)) - ((b.Y - a.Y) * (c.X - a.X));

    private static (int First, int Last) Range(float a, float b, float c, int count) =>
        (Math.Max(0, (int)(Math.Min(a, Math.Min(b, c)) - 0.5f)), Math.Min(count - 1, (int)(Math.Max(a, Math.Max(b, c)) + 0.5f)));

    private static SKColor Shade(Vector3 normal, SKColor colour)
    {
        var length = normal.Length();
        var wrapped = length > 0 ? (1 + (Vector3.Dot(normal, Light) / length)) / 2 : 0;
        var light = Ambient + ((1 - Ambient) * wrapped * wrapped);
        return new SKColor((byte)(light * colour.Red), (byte)(light * colour.Green), (byte)(light * colour.Blue));
    }
}
