using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>
/// A smooth random bending of a grid: control points every 16 voxels are moved, and cubic B-splines lead from one to the next (free-form
/// deformation, Rueckert et al., IEEE TMI 1999).
/// </summary>
internal sealed class ElasticField
{
    private const int Spacing = 16;
    private const int Order = 4;

    private static readonly float[][] Weights = [.. Enumerable.Range(0, Spacing).Select(position => SplineWeights((double)position / Spacing))];

    private readonly GridSize _controls;
    private readonly float[][] _moved;
    private readonly float[] _row;

    /// <summary>Draws a field.</summary>
    /// <param name="size">The grid.</param>
    /// <param name="reach">How far a control point moves along each axis at the most, in voxels; no voxel moves further.</param>
    /// <param name="random">Where it comes from.</param>
    public ElasticField(GridSize size, double reach, Random random)
    {
        _controls = new GridSize(Controls(size.X), Controls(size.Y), Controls(size.Z));
        _row = new float[_controls.X];
        _moved = new float[3][];
        for (var axis = 0; axis < _moved.Length; axis++)
        {
            _moved[axis] = new float[_controls.Count];
            foreach (ref var displacement in _moved[axis].AsSpan())
                displacement = (float)(Chance.Symmetric(random) * reach);
        }
    }

    /// <summary>How far the voxels of a row are moved along an axis, in voxels.</summary>
    /// <param name="axis">0 is X, 1 is Y, 2 is Z.</param>
    /// <param name="y">The row's Y.</param>
    /// <param name="z">The row's Z.</param>
    /// <param name="displacements">One for each X from 0 on.</param>
    public void Row(int axis, int y, int z, Span<float> displacements)
    {
        Array.Clear(_row);
        for (var k = 0; k < Order; k++)
        {
            for (var j = 0; j < Order; j++)
            {
                var weight = Weights[y % Spacing][j] * Weights[z % Spacing][k];
                var controls = _moved[axis].AsSpan(_controls.IndexOf(0, (y / Spacing) + j, (z / Spacing) + k), _row.Length);
                for (var i = 0; i < _row.Length; i++)
                    _row[i] += weight * controls[i];
            }
        }

        for (var x = 0; x < displacements.Length; x++)
        {
            var weights = Weights[x % Spacing];
            var under = _row.AsSpan(x / Spacing, Order);
            displacements[x] = (weights[0] * under[0]) + (weights[1] * under[1]) + (weights[2] * under[2]) + (weights[3] * under[3]);
        }
    }

    private static int Controls(int side) => ((side - 1) / Spacing) + Order;

    // Of the four control points around a position between the middle two; they sum to 1.
    private static float[] SplineWeights(double t) =>
    [
        (float)((1 - t) * (1 - t) * (1 - t) / 6),
        (float)(((3 * t * t * t) - (6 * t * t) + 4) / 6),
        (float)(((-3 * t * t * t) + (3 * t * t) + (3 * t) + 1) / 6),
        (float)(t * t * t / 6),
    ];
}
