using Sassnet.Model.Volumes;

namespace Sassnet.Model.Nifti;

/// <summary>
/// A source header's geometry, every number as the header has it (units included), so that a result can be written on exactly the same
/// grid. <see cref="Volume.Affine"/> is what it means in millimetres. Numbers of a NIfTI-1 header are single precision, widened.
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
        _pixDim = header.PixDim;
        XyztUnits = header.XyztUnits;
        QformCode = header.QformCode;
        SformCode = header.SformCode;
        _quaternion = header.Quaternion;
        _qOffset = header.QOffset;
        _sRow = header.SRow;
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

        var rotation = NiftiQuaternion.Of(affine);
        SformCode = ScannerAnatomical;
        QformCode = NiftiOrthogonality.IsSheared(_sRow) ? 0 : ScannerAnatomical;
        var voxel = affine.VoxelSize;
        _pixDim = [rotation.Qfac, voxel.X, voxel.Y, voxel.Z, 0, 0, 0, 0];
        _quaternion = [rotation.B, rotation.C, rotation.D];
        _qOffset = [affine[0, 3], affine[1, 3], affine[2, 3]];
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
}
