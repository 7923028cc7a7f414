using Sassnet.Model.Volumes;

namespace Sassnet.Model.Nifti;

/// <summary>
/// A rotation as NIfTI's qform holds it (nifti1.h, "method 2"): the unit quaternion (a, b, c, d) with a ≥ 0 left out, and qfac = −1 where
/// the third axis is turned round to make a left-handed frame.
/// </summary>
internal readonly record struct NiftiQuaternion(double B, double C, double D, double Qfac)
{
    /// <summary>b² + c² + d² may pass 1 by this much through rounding.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>b² + c² + d², at most 1 for a rotation.</summary>
    public double SquaredLength => (B * B) + (C * C) + (D * D);

    /// <summary>The three axes' directions as columns, three rows of three.</summary>
    public double[] ToAxes()
    {
        var excess = Math.Max(1, Math.Sqrt(SquaredLength));
        var (b, c, d) = (B / excess, C / excess, D / excess);
        var a = Math.Sqrt(Math.Max(0, 1 - (b * b) - (c * c) - (d * d)));
        return
        [
            (a * a) + (b * b) - (c * c) - (d * d), 2 * ((b * c) - (a * d)), 2 * ((b * d) + (a * c)) * Qfac,
            2 * ((b * c) + (a * d)), (a * a) + (c * c) - (b * b) - (d * d), 2 * ((c * d) - (a * b)) * Qfac,
            2 * ((b * d) - (a * c)), 2 * ((c * d) + (a * b)), ((a * a) + (d * d) - (b * b) - (c * c)) * Qfac,
        ];
    }

    /// <summary>The rotation of an affine whose axes are at right angles.</summary>
    public static NiftiQuaternion Of(Affine affine)
    {
        var size = affine.VoxelSize;
        var qfac = affine.Determinant < 0 ? -1 : 1;
        Span<double> r = stackalloc double[9];
        for (var row = 0; row < 3; row++)
        {
            r[row * 3] = affine[row, 0] / size.X;
            r[(row * 3) + 1] = affine[row, 1] / size.Y;
            r[(row * 3) + 2] = affine[row, 2] / size.Z * qfac;
        }

        // Of the four squares (times four) the largest is taken for the division, which keeps every rotation well conditioned.
        var aa = 1 + r[0] + r[4] + r[8];
        var bb = 1 + r[0] - r[4] - r[8];
        var cc = 1 - r[0] + r[4] - r[8];
        var dd = 1 - r[0] - r[4] + r[8];
        var (a, b, c, d) = Math.Max(aa, bb) >= Math.Max(cc, dd)
            ? aa >= bb
                ? (aa, r[7] - r[5], r[2] - r[6], r[3] - r[1])
                : (r[7] - r[5], bb, r[1] + r[3], r[2] + r[6])
            : cc >= dd
                ? (r[2] - r[6], r[1] + r[3], cc, r[5] + r[7])
                : (r[3] - r[1], r[2] + r[6], r[5] + r[7], dd);
        var length = Math.Sqrt((a * a) + (b * b) + (c * c) + (d * d)) * (a < 0 ? -1 : 1);
        return new NiftiQuaternion(b / length, c / length, d / length, qfac);
    }
}
