using Sassnet.Model.Volumes;

namespace Sassnet.Model.Nifti;

/// <summary>A number of a header that cannot be meant.</summary>
/// <param name="Field">Its name in nifti1.h.</param>
/// <param name="Seen">The number.</param>
/// <param name="Accepted">What is accepted there.</param>
internal sealed record BadNumber(string Field, double Seen, string Accepted);

/// <summary>
/// A header's placement by edges, quaternion and offset (nifti1.h, "method 2"): pixdim[0..3], quatern_b to quatern_d and qoffset_x to qoffset_z.
/// </summary>
internal static class NiftiQform
{
    /// <summary>
    /// The first of its numbers that cannot be meant; null where there is none. Without a qform (qform_code 0) the quaternion and the offset mean
    /// nothing, but the edges of pixdim do.
    /// </summary>
    public static BadNumber? Fault(NiftiHeader header)
    {
        if (!double.IsFinite(header.PixDim[0]))
            return new("pixdim[0]", header.PixDim[0], "-1 or 1");
        for (var axis = 1; axis <= 3; axis++)
        {
            if (!double.IsFinite(header.PixDim[axis]) || header.PixDim[axis] <= 0)
                return new($"pixdim[{axis}]", header.PixDim[axis], "a finite number above 0");
        }

        if (header.QformCode <= 0)
            return null;
        for (var i = 0; i < 3; i++)
        {
            if (!double.IsFinite(header.Quaternion[i]))
                return new($"quatern_{"bcd"[i]}", header.Quaternion[i], "a finite number");
            if (!(Math.Abs(header.QOffset[i]) * header.MillimetresPerUnit <= Affine.FarthestPosition))
                return new($"qoffset_{"xyz"[i]}", header.QOffset[i], NiftiFault.NearTheOrigin);
        }

        var length = Rotation(header).SquaredLength;
        return length <= 1 + NiftiQuaternion.Tolerance ? null : new("The squared length of the quaternion, quatern_b to quatern_d,", length, "0 to 1");
    }

    /// <summary>The affine in the header's unit, three rows of four, of numbers without a <see cref="Fault"/>.</summary>
    public static double[] Rows(NiftiHeader header)
    {
        var axes = Rotation(header).ToAxes();
        var rows = new double[12];
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++)
                rows[(row * 4) + column] = axes[(row * 3) + column] * header.PixDim[column + 1];
            rows[(row * 4) + 3] = header.QOffset[row];
        }

        return rows;
    }

    // Only the sign of qfac counts, and 0 stands for 1.
    private static NiftiQuaternion Rotation(NiftiHeader header) =>
        new(header.Quaternion[0], header.Quaternion[1], header.Quaternion[2], header.PixDim[0] < 0 ? -1 : 1);
}
