namespace Sassnet.Model.Nifti;

/// <summary>The fields of a NIfTI header that this library reads, unchecked, at the offsets of nifti1.h and nifti2.h. Strings are never read.</summary>
internal sealed record NiftiHeader
{
    public required NiftiEncoding Encoding { get; init; }

    /// <summary>dim[0..7]: the number of axes, then their lengths.</summary>
    public required long[] Dim { get; init; }

    public required int DataType { get; init; }

    public required int BitPix { get; init; }

    /// <summary>Where the voxels start; a float in NIfTI-1.</summary>
    public required double VoxOffset { get; init; }

    public required double Slope { get; init; }

    public required double Intercept { get; init; }

    public required double[] PixDim { get; init; }

    public required int XyztUnits { get; init; }

    public required int QformCode { get; init; }

    public required int SformCode { get; init; }

    /// <summary>quatern_b, quatern_c, quatern_d.</summary>
    public required double[] Quaternion { get; init; }

    /// <summary>qoffset_x, qoffset_y, qoffset_z.</summary>
    public required double[] QOffset { get; init; }

    /// <summary>srow_x, srow_y, srow_z, four entries each.</summary>
    public required double[] SRow { get; init; }

    /// <summary>The header's unit of length: metres, micrometres, else millimetres.</summary>
    public double MillimetresPerUnit => (XyztUnits & 7) switch
    {
        1 => 1e3,
        3 => 1e-3,
        _ => 1,
    };

    /// <summary>Takes the fields from a header's bytes.</summary>
    public static NiftiHeader Parse(ReadOnlySpan<byte> bytes, NiftiEncoding encoding)
    {
        var fields = new NiftiFields(bytes, encoding.BigEndian);
        return encoding.Version == 1
            ? new NiftiHeader
            {
                Encoding = encoding,
                Dim = fields.Int16s(40, 8),
                DataType = fields.Int16(70),
                BitPix = fields.Int16(72),
                PixDim = fields.Singles(76, 8),
                VoxOffset = fields.Single(108),
                Slope = fields.Single(112),
                Intercept = fields.Single(116),
                XyztUnits = fields.Byte(123),
                QformCode = fields.Int16(252),
                SformCode = fields.Int16(254),
                Quaternion = fields.Singles(256, 3),
                QOffset = fields.Singles(268, 3),
                SRow = fields.Singles(280, 12),
            }
            : new NiftiHeader
            {
                Encoding = encoding,
                DataType = fields.Int16(12),
                BitPix = fields.Int16(14),
                Dim = fields.Int64s(16, 8),
                PixDim = fields.Doubles(104, 8),
                VoxOffset = fields.Int64(168),
                Slope = fields.Double(176),
                Intercept = fields.Double(184),
                QformCode = fields.Int32(344),
                SformCode = fields.Int32(348),
                Quaternion = fields.Doubles(352, 3),
                QOffset = fields.Doubles(376, 3),
                SRow = fields.Doubles(400, 12),
                XyztUnits = fields.Int32(500),
            };
    }
}
