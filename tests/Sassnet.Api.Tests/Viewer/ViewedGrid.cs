using System.Runtime.InteropServices;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Api.Tests.Viewer;

/// <summary>Voxels as the viewer has them in its memory, and where in the patient it has them.</summary>
/// <param name="Origin">The first voxel's place (LPS) in millimetres.</param>
/// <param name="Steps">From a voxel to the next along each of the grid's axes, in millimetres. An axis of one voxel may lack.</param>
/// <param name="Size">The voxels along each of three axes.</param>
/// <param name="Data">The values as float32, the first axis fastest, in base 64.</param>
internal sealed record ViewedGrid(double[] Origin, double[][] Steps, int[] Size, string Data)
{
    // Of a voxel: what the viewer reckons in single precision.
    private const double Tolerance = 2e-3;

    /// <summary>Checks that the grids are together the volume: each voxel of it once, at its place, with its value.</summary>
    /// <param name="name">Which volume, for people.</param>
    /// <param name="grids">What the viewer has.</param>
    /// <param name="expected">What it should be.</param>
    /// <param name="scale">How many times a value of the volume the viewer's is.</param>
    public static void AssertAre(string name, IEnumerable<ViewedGrid> grids, Volume expected, float scale = 1)
    {
        var seen = new float[expected.Voxels.Length];
        Array.Fill(seen, float.NaN);
        foreach (var grid in grids)
            grid.Put(seen, expected);
        var wrong = seen.Index().Where(voxel => !(Math.Abs(voxel.Item - (expected.Voxels[voxel.Index] * scale)) <= 1e-4 * scale)).ToList();
        Assert.True(wrong.Count == 0, $"{name}: {wrong.Count} of {seen.Length} voxels differ, first {wrong.FirstOrDefault()} for {expected.Voxels[wrong.FirstOrDefault().Index]}.");
    }

    private void Put(float[] seen, Volume volume)
    {
        var values = MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(Data));
        Assert.Equal(Size.Aggregate((product, side) => product * side), values.Length);
        var first = Place(volume.Affine, Origin);
        int[][] steps = [.. Enumerable.Range(0, 3).Select(axis => Size[axis] == 1 ? new int[3] : Difference(volume.Affine, Steps[axis], first))];
        for (var i = 0; i < values.Length; i++)
        {
            int[] along = [i % Size[0], i / Size[0] % Size[1], i / Size[0] / Size[1]];
            int[] voxel = [.. first.Select((index, axis) => index + (along[0] * steps[0][axis]) + (along[1] * steps[1][axis]) + (along[2] * steps[2][axis]))];
            if (voxel.Index().Any(index => index.Item < 0 || index.Item >= volume.Size[index.Index]))
                Assert.Fail($"Voxel {string.Join(',', voxel)} is not in {volume.Size}.");
            ref var at = ref seen[volume.Size.IndexOf(voxel[0], voxel[1], voxel[2])];
            if (!float.IsNaN(at))
                Assert.Fail($"Voxel {string.Join(',', voxel)} is there twice.");
            at = values[i];
        }
    }

    private int[] Difference(Affine affine, double[] step, int[] first) => [.. Place(affine, [.. Origin.Zip(step, (origin, along) => origin + along)]).Zip(first, (there, here) => there - here)];

    /// <summary>The voxel at a place, which has to be its middle.</summary>
    private static int[] Place(Affine affine, double[] position)
    {
        double[] target = [-position[0] - affine[0, 3], -position[1] - affine[1, 3], position[2] - affine[2, 3]];
        double[] index = [.. Enumerable.Range(0, 3).Select(axis => Determinant(affine, axis, target) / affine.Determinant)];
        Assert.All(index, value => Assert.Equal(Math.Round(value), value, Tolerance));
        return [.. index.Select(value => (int)Math.Round(value))];
    }

    /// <summary>Of the matrix with one column replaced (Cramer's rule).</summary>
    private static double Determinant(Affine affine, int replaced, double[] column)
    {
        double At(int row, int axis) => axis == replaced ? column[row] : affine[row, axis];
        return (At(0, 0) * ((At(1, 1) * At(2, 2)) - (At(1, 2) * At(2, 1))))
            - (At(0, 1) * ((At(1, 0) * At(2, 2)) - (At(1, 2) * At(2, 0))))
            + (At(0, 2) * ((At(1, 0) * At(2, 1)) - (At(1, 1) * At(2, 0))));
    }
}
