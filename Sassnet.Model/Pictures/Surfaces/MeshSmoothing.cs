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
        for (var round = 0; round < Rounds; round++)
        {
            Move(positions, mesh.Triangles, Shrink);
            Move(positions, mesh.Triangles, Inflate);
        }

        return positions;
    }

    /// <summary>The positions of a mesh's vertices as they are.</summary>
    public static Vector3[] Positions(SurfaceMesh mesh) => [.. mesh.Vertices.Select(vertex => new Vector3((float)vertex.R, (float)vertex.A, (float)vertex.S))];

    private static void Move(Vector3[] positions, IReadOnlyList<(int A, int B, int C)> triangles, float share)
    {
        var sums = new Vector3[positions.Length];
        var counts = new int[positions.Length];

        // In a closed surface every edge is gone along once in each direction, so each neighbour counts once.
        foreach (var (a, b, c) in triangles)
        {
            (sums[a], sums[b], sums[c]) = (sums[a] + positions[b], sums[b] + positions[c], sums[c] + positions[a]);
            counts[a]++;
            counts[b]++;
            counts[c]++;
        }

        for (var i = 0; i < positions.Length; i++)
            positions[i] += share * ((sums[i] / Math.Max(1, counts[i])) - positions[i]);
    }
}
