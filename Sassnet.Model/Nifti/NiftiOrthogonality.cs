namespace Sassnet.Model.Nifti;

/// <summary>How the three axes of a 3×4 affine, given row by row, stand to each other.</summary>
internal static class NiftiOrthogonality
{
    /// <summary>
    /// Cosine of the angle between two axes from which on they count as sheared: 0.06 degrees, half a voxel over 500. Rounding to
    /// single precision stays far below.
    /// </summary>
    private const double ShearCosine = 1e-3;

    /// <summary>Normalised determinant below which the axes do not span space.</summary>
    private const double SingularVolume = 1e-6;

    /// <summary>The lengths of the columns: the voxel's edges.</summary>
    public static (double X, double Y, double Z) Edges(ReadOnlySpan<double> rows) => (Length(rows, 0), Length(rows, 1), Length(rows, 2));

    /// <summary>Whether some axes are not at right angles.</summary>
    public static bool IsSheared(ReadOnlySpan<double> rows) =>
        Math.Abs(Cosine(rows, 0, 1)) > ShearCosine || Math.Abs(Cosine(rows, 0, 2)) > ShearCosine || Math.Abs(Cosine(rows, 1, 2)) > ShearCosine;

    /// <summary>Whether the axes lie in one plane, or one has no length.</summary>
    public static bool IsSingular(ReadOnlySpan<double> rows)
    {
        var (x, y, z) = Edges(rows);
        Span<double> unit = stackalloc double[9];
        for (var row = 0; row < 3; row++)
        {
            unit[row * 3] = rows[row * 4] / x;
            unit[(row * 3) + 1] = rows[(row * 4) + 1] / y;
            unit[(row * 3) + 2] = rows[(row * 4) + 2] / z;
        }

        var determinant = (unit[0] * ((unit[4] * unit[8]) - (unit[5] * unit[7])))
            - (unit[1] * ((unit[3] * unit[8]) - (unit[5] * unit[6])))
            + (unit[2] * ((unit[3] * unit[7]) - (unit[4] * unit[6])));

        // Written so that NaN, from an axis without length, is singular.
        return !(Math.Abs(determinant) > SingularVolume);
    }

    private static double Length(ReadOnlySpan<double> rows, int column) =>
        Math.Sqrt((rows[column] * rows[column]) + (rows[4 + column] * rows[4 + column]) + (rows[8 + column] * rows[8 + column]));

    private static double Cosine(ReadOnlySpan<double> rows, int first, int second)
    {
        var dot = (rows[first] * rows[second]) + (rows[4 + first] * rows[4 + second]) + (rows[8 + first] * rows[8 + second]);
        return dot / (Length(rows, first) * Length(rows, second));
    }
}
