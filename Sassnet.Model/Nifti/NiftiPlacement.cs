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

    /// <summary>Part of an edge by which pixdim may differ from the sform's; rounding stays far below.</summary>
    private const double OtherEdge = 0.01;

    /// <summary>The affine from voxel index to RAS millimetres. Where there is an sform, a qform that cannot be meant is no more than a warning.</summary>
    /// <exception cref="InvalidVolumeException">Impossible numbers, no orientation, a place far from every scanner, or axes that no scanner grid has.</exception>
    public static Affine Of(NiftiHeader header, GridSize size, List<Warning> warnings)
    {
        var qformFault = NiftiQform.Fault(header);
        if (header.SformCode > 0)
        {
            var affine = ToMillimetres(Sform(header), header, size);
            if (qformFault is { } fault)
                warnings.Add(new Warning("qform-impossible", FormattableString.Invariant($"{fault.Field} is {fault.Seen}, where {fault.Accepted} is accepted; the sform is used.")));
            else if (header.QformCode > 0)
                WarnWhereApart(NiftiQform.Rows(header), header.SRow, size, warnings);
            else
                WarnWhereOfOtherSize(header, warnings);
            return affine;
        }

        if (header.QformCode <= 0)
        {
            throw NiftiFault.NotServable(
                "orientation-missing",
                $"The header has neither a qform nor an sform (qform_code {header.QformCode}, sform_code {header.SformCode}), so left and right are unknown; one of the codes must be 1 or more.");
        }

        return qformFault is null
            ? ToMillimetres(NiftiQform.Rows(header), header, size)
            : throw NiftiFault.BadHeader(qformFault.Field, qformFault.Seen, qformFault.Accepted);
    }

    private static double[] Sform(NiftiHeader header)
    {
        // A broken sform beside a sound qform: nibabel takes the sform all the same, ITK the qform. Where readers part, none is followed.
        for (var i = 0; i < 12; i++)
        {
            if (!double.IsFinite(header.SRow[i]))
                throw NiftiFault.BadHeader($"srow_{"xyz"[i / 4]}[{i % 4}]", header.SRow[i], $"a finite number where there is an sform (sform_code {header.SformCode})");
        }

        return header.SRow;
    }

    private static Affine ToMillimetres(double[] rows, NiftiHeader header, GridSize size)
    {
        var millimetres = Array.ConvertAll(rows, entry => entry * header.MillimetresPerUnit);
        for (var row = 0; row < 3; row++)
        {
            var offset = millimetres[(row * 4) + 3];
            if (!(Math.Abs(offset) <= Affine.FarthestPosition))
                throw NiftiFault.BadHeader($"The offset of the affine along {"xyz"[row]}, in millimetres,", offset, NiftiFault.NearTheOrigin);
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
                $"A voxel's edges are {x:G4}, {y:G4} and {z:G4} mm (xyzt_units {header.XyztUnits}); {SmallestEdge} to {LargestEdge} mm are accepted."));
        }

        if (NiftiOrthogonality.IsSheared(millimetres))
            throw NiftiFault.NotServable("geometry", "The affine is sheared: its axes are not at right angles. Resample the volume to a rectangular grid first.");
        var affine = new Affine(millimetres);
        var farthest = affine.Farthest(size);
        return farthest <= Affine.FarthestPosition
            ? affine
            : throw NiftiFault.BadHeader("The largest coordinate of the volume's corners, in millimetres,", farthest, NiftiFault.NearTheOrigin);
    }

    // With a qform a difference shows in where it places the volume.
    private static void WarnWhereOfOtherSize(NiftiHeader header, List<Warning> warnings)
    {
        var (x, y, z) = NiftiOrthogonality.Edges(header.SRow);
        double[] edges = [x, y, z];
        if (edges.Zip(header.PixDim.Skip(1)).Any(axis => Math.Abs(axis.Second - axis.First) > OtherEdge * axis.First))
        {
            warnings.Add(new Warning("pixdim-differs", FormattableString.Invariant(
                $"pixdim[1..3] says a voxel's edges are {header.PixDim[1]:G6}, {header.PixDim[2]:G6} and {header.PixDim[3]:G6}, and the sform {x:G6}, {y:G6} and {z:G6}; the sform is used.")));
        }
    }

    private static void WarnWhereApart(double[] qform, double[] sform, GridSize size, List<Warning> warnings)
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
                warnings.Add(new Warning("qform-differs", "qform and sform place the volume differently; the sform is used."));
                return;
            }
        }
    }
}
