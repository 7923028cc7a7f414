using Sassnet.Model.Volumes;

namespace Sassnet.Model.Nifti;

/// <summary>
/// A source header's geometry, every number as the header has it (units included), so that a result can be written on exactly the same
/// grid. <see cref="Volume.Affine"/> is what it means in millimetres. Numbers of a NIfTI-1 header are single precision, widened.
/// What cannot be meant is not repeated: where a number of the qform is impossible or NaN, edges, quaternion and offset are made from the sform;
/// where a number of an sform that counts for nothing (sform_code 0) is, the sform is made from the qform; and such a pixdim[4..7] is 0.
/// </summary>
public sealed class NiftiGeometry
{
    internal const int ScannerAnatomical = 1;
    internal const int Millimetres = 2;

    private readonly double[] _pixDim;
    private readonly double[] _quaternion;
    private readonly double[] _qOffset;
    private readonly double[] _sRow;

    internal NiftiGeometry(NiftiHeader header, GridSize size)
    {
        NiftiVersion = header.Encoding.Version;
        Size = size;
        Rank = (int)header.Dim[0];
        XyztUnits = header.XyztUnits;
        QformCode = header.QformCode;
        SformCode = header.SformCode;
        _sRow = header.SformCode > 0 || header.SRow.All(double.IsFinite) ? header.SRow : NiftiQform.Rows(header);
        var isSound = NiftiQform.Fault(header) is null && header.Quaternion.Concat(header.QOffset).All(double.IsFinite);
        (_pixDim, _quaternion, _qOffset) = isSound ? (header.PixDim, header.Quaternion, header.QOffset) : QformOf(new Affine(_sRow));
        _pixDim = [.. _pixDim[..4], .. header.PixDim[4..].Select(step => double.IsFinite(step) ? step : 0)];
    }

    private NiftiGeometry(GridSize size, Affine affine)
    {
        // NIfTI-1 counts voxels along an axis in 16 bits.
        NiftiVersion = Math.Max(size.X, Math.Max(size.Y, size.Z)) > short.MaxValue ? 2 : 1;
        Size = size;
        Rank = 3;
        XyztUnits = Millimetres;
        _sRow = new double[12];
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 4; column++)
                _sRow[(row * 4) + column] = affine[row, column];
        }

        SformCode = ScannerAnatomical;
        QformCode = NiftiOrthogonality.IsSheared(_sRow) ? 0 : ScannerAnatomical;
        (_pixDim, _quaternion, _qOffset) = QformOf(affine);
    }

    /// <summary>The version of the header: 1 or 2. Results are written in the same one.</summary>
    public int NiftiVersion { get; }

    /// <summary>The grid, dim[1..3].</summary>
    public GridSize Size { get; }

    /// <summary>The number of axes, dim[0]: 3, or more where the header has further axes of length 1.</summary>
    public int Rank { get; }

    /// <summary>pixdim[0..7]: qfac, then the voxel's edges in the header's unit, then the steps along further axes.</summary>
    public IReadOnlyList<double> PixDim => _pixDim;

    /// <summary>xyzt_units: the units of space in bits 0–2 and of time in bits 3–5.</summary>
    public int XyztUnits { get; }

    /// <summary>qform_code: what the quaternion's frame is; 0 where there is none.</summary>
    public int QformCode { get; }

    /// <summary>sform_code: what the affine's frame is; 0 where there is none.</summary>
    public int SformCode { get; }

    /// <summary>quatern_b, quatern_c, quatern_d.</summary>
    public IReadOnlyList<double> Quaternion => _quaternion;

    /// <summary>qoffset_x, qoffset_y, qoffset_z.</summary>
    public IReadOnlyList<double> QOffset => _qOffset;

    /// <summary>srow_x, srow_y, srow_z: three rows of four entries.</summary>
    public IReadOnlyList<double> SRow => _sRow;

    /// <summary>The geometry of a volume that has no header: qform and sform both say the affine, in millimetres, scanner coordinates.</summary>
    /// <param name="size">The grid.</param>
    /// <param name="affine">Voxel index → RAS millimetres. A sheared one, which no quaternion can say, gets an sform only.</param>
    public static NiftiGeometry FromAffine(GridSize size, Affine affine)
    {
        ArgumentNullException.ThrowIfNull(affine);
        return new NiftiGeometry(size, affine);
    }

    private static (double[] PixDim, double[] Quaternion, double[] Offset) QformOf(Affine affine)
    {
        var rotation = NiftiQuaternion.Of(affine);
        var voxel = affine.VoxelSize;
        return ([rotation.Qfac, voxel.X, voxel.Y, voxel.Z, 0, 0, 0, 0], [rotation.B, rotation.C, rotation.D], [affine[0, 3], affine[1, 3], affine[2, 3]]);
    }
}
