using System.Numerics;
using Sassnet.Model.Morphology;

namespace Sassnet.Model.Pictures.Surfaces;

/// <summary>Takes the steps of voxels off a surface without shrinking it, for looking at only (Taubin, SIGGRAPH 1995).</summary>
internal static class MeshSmoothing
{
    private const int Rounds = 12;
    private const float Shrink = 0.5f;
    private const float Inflate = -0.53f;

    /// <summary>The smoothed positions of a closed mesh's vertices.</summary>
    public static Vector3[] Apply(SurfaceMesh mesh)
    {
        var positions = Positions(mesh);
        (int A, int B, int C)[] triangles = [.. mesh.Triangles];
        var (sums, neighbours) = (new Vector3[positions.Length], Neighbours(triangles, positions.Length));
        for (var round = 0; round < Rounds; round++)
        {
            Move(positions, triangles, sums, neighbours, Shrink);
            Move(positions, triangles, sums, neighbours, Inflate);
        }

        return positions;
    }

    /// <summary>The positions of a mesh's vertices as they are.</summary>
    public static Vector3[] Positions(SurfaceMesh mesh) => [.. mesh.Vertices.Select(vertex => new Vector3((float)vertex.R, (float)vertex.A, (float)vertex.S))];

    // In a closed surface every edge is gone along once in each direction, so each neighbour counts once.
    private static int[] Neighbours((int A, int B, int C)[] triangles, int vertices)
    {
        var counts = new int[vertices];
        foreach (var (a, b, c) in triangles)
        {
            counts[a]++;
            counts[b]++;
            counts[c]++;
        }

        return counts;
    }

    private static void Move(Vector3[] positions, (int A, int B, int C)[] triangles, Vector3[] sums, int[] neighbours, float share)
    {
        Array.Clear(sums);
        foreach (var (a, b, c) in triangles)
        {
            sums[a] += positions[b];
            sums[b] += positions[c];
            sums[c] += positions[a];
        }

        for (var i = 0; i < positions.Length; i++)
            positions[i] += share * ((sums[i] / Math.Max(1, neighbours[i])) - positions[i]);
    }
}
