using System.Globalization;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Nifti;

/// <summary>Where a header places its grid in the patient: sform before qform, checked and brought to millimetres.</summary>
internal static class NiftiPlacement
{
    private const double SmallestEdge = 1e-3;
    private const double LargestEdge = 1e3;

    /// <summary>Voxels by which the corners of the grid may lie apart in qform and sform; rounding stays far below.</summary>
    private const double Disagreement = 0.1;

    /// <summary>The affine from voxel index to RAS millimetres.</summary>
    /// <exception cref="InvalidVolumeException">Impossible numbers, no orientation, or axes that no scanner grid has.</exception>
    public static Affine Of(NiftiHeader header, GridSize size, List<string> warnings)
    {
        CheckPixDim(header);
        var qform = header.QformCode > 0 ? Qform(header) : null;
        var sform = header.SformCode > 0 ? Sform(header) : null;
        var chosen = sform ?? qform ?? throw NiftiFault.NotServable(
            "orientation-missing",
            $"The header has neither a qform nor an sform (qform_code {header.QformCode}, sform_code {header.SformCode}), so left and right are unknown; one of the codes must be 1 or more.");

        if (qform is not null && sform is not null)
            WarnWhereApart(qform, sform, size, warnings);
        return ToMillimetres(chosen, header.XyztUnits);
    }

    private static void CheckPixDim(NiftiHeader header)
    {
        if (!double.IsFinite(header.PixDim[0]))
            throw NiftiFault.BadHeader("pixdim[0]", header.PixDim[0], "-1 or 1");
        for (var axis = 1; axis <= 3; axis++)
        {
            if (!double.IsFinite(header.PixDim[axis]) || header.PixDim[axis] <= 0)
                throw NiftiFault.BadHeader($"pixdim[{axis}]", header.PixDim[axis], "a finite number above 0");
        }
    }

    private static double[] Sform(NiftiHeader header)
    {
        for (var i = 0; i < 12; i++)
        {
            if (!double.IsFinite(header.SRow[i]))
                throw NiftiFault.BadHeader($"srow_{"xyz"[i / 4]}[{i % 4}]", header.SRow[i], "a finite number");
        }

        return header.SRow;
    }

    private static double[] Qform(NiftiHeader header)
    {
        for (var i = 0; i < 3; i++)
        {
            if (!double.IsFinite(header.Quaternion[i]))
                throw NiftiFault.BadHeader($"quatern_{"bcd"[i]}", header.Quaternion[i], "a finite number");
            if (!double.IsFinite(header.QOffset[i]))
                throw NiftiFault.BadHeader($"qoffset_{"xyz"[i]}", header.QOffset[i], "a finite number");
        }

        // Only the sign of qfac counts, and 0 stands for 1.
        var quaternion = new NiftiQuaternion(header.Quaternion[0], header.Quaternion[1], header.Quaternion[2], header.PixDim[0] < 0 ? -1 : 1);
        if (!(quaternion.SquaredLength <= 1 + NiftiQuaternion.Tolerance))
            throw NiftiFault.BadHeader("The squared length of the quaternion, quatern_b to quatern_d,", quaternion.SquaredLength, "0 to 1");

        var axes = quaternion.ToAxes();
        var rows = new double[12];
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++)
                rows[(row * 4) + column] = axes[(row * 3) + column] * header.PixDim[column + 1];
            rows[(row * 4) + 3] = header.QOffset[row];
        }

        return rows;
    }

    private static Affine ToMillimetres(double[] rows, int xyztUnits)
    {
        var factor = (xyztUnits & 7) switch
        {
            1 => 1e3,
            3 => 1e-3,
            _ => 1,
        };
        var millimetres = Array.ConvertAll(rows, entry => entry * factor);
        for (var row = 0; row < 3; row++)
        {
            var offset = millimetres[(row * 4) + 3];
            if (!double.IsFinite(offset))
                throw NiftiFault.BadHeader($"The offset of the affine along {"xyz"[row]}, in millimetres,", offset, "a finite number");
        }

        if (NiftiOrthogonality.IsSingular(millimetres))
        {
            var seen = string.Join(", ", rows.Select(entry => entry.ToString("G6", CultureInfo.InvariantCulture)));
            throw new InvalidVolumeException(
                InvalidVolumeKind.Malformed, "bad-header", $"The affine (srow_x, srow_y, srow_z: {seen}) is singular; three axes that span space are accepted.");
        }

        var (x, y, z) = NiftiOrthogonality.Edges(millimetres);
        if (Math.Min(x, Math.Min(y, z)) < SmallestEdge || !(Math.Max(x, Math.Max(y, z)) <= LargestEdge))
        {
            throw NiftiFault.NotServable("geometry", string.Create(
                CultureInfo.InvariantCulture,
                $"A voxel's edges are {x:G4}, {y:G4} and {z:G4} mm (xyzt_units {xyztUnits}); {SmallestEdge} to {LargestEdge} mm are accepted."));
        }

        if (NiftiOrthogonality.IsSheared(millimetres))
            throw NiftiFault.NotServable("geometry", "The affine is sheared: its axes are not at right angles. Resample the volume to a rectangular grid first.");
        return new Affine(millimetres);
    }

    private static void WarnWhereApart(double[] qform, double[] sform, GridSize size, List<string> warnings)
    {
        var (x, y, z) = NiftiOrthogonality.Edges(sform);
        var accepted = Disagreement * Math.Min(x, Math.Min(y, z));
        for (var corner = 0; corner < 8; corner++)
        {
            var i = (corner & 1) * (size.X - 1);
            var j = ((corner >> 1) & 1) * (size.Y - 1);
            var k = (corner >> 2) * (size.Z - 1);
            var squares = 0d;
            for (var row = 0; row < 12; row += 4)
            {
                var apart = ((qform[row] - sform[row]) * i) + ((qform[row + 1] - sform[row + 1]) * j)
                    + ((qform[row + 2] - sform[row + 2]) * k) + qform[row + 3] - sform[row + 3];
                squares += apart * apart;
            }

            if (!(Math.Sqrt(squares) <= accepted))
            {
                warnings.Add("qform and sform place the volume differently; the sform is used.");
                return;
            }
        }
    }
}
