using System.Buffers.Binary;

namespace Sassnet.Model.Nifti;

/// <summary>
/// Makes the header of a result: a source's geometry with new voxels. Everything else is zero, above all the strings (descrip, aux_file,
/// db_name, intent_name), which may identify a patient. Offsets as in nifti1.h and nifti2.h; little-endian.
/// </summary>
internal static class NiftiHeaderBytes
{
    /// <summary>Header, and the four bytes that say no extensions follow; the voxels come next.</summary>
    /// <param name="geometry">Version, grid and placement.</param>
    /// <param name="type">The voxels' type.</param>
    /// <param name="low">The value to display as black.</param>
    /// <param name="high">The value to display as white.</param>
    /// <param name="volumes">How many volumes follow each other along the fourth axis.</param>
    public static byte[] Make(NiftiGeometry geometry, NiftiDataType type, float low, float high, int volumes = 1) =>
        geometry.NiftiVersion == 1 ? MakeNifti1(geometry, type, low, high, volumes) : MakeNifti2(geometry, type, low, high, volumes);

    private static byte[] MakeNifti1(NiftiGeometry geometry, NiftiDataType type, float low, float high, int volumes)
    {
        var bytes = new byte[352];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, 348);
        bytes[38] = (byte)'r';
        WriteInt16s(bytes, 40, Dim(geometry, volumes));
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(70), (short)type);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(72), (short)(type.ByteCount * 8));
        WriteSingles(bytes, 76, PixDim(geometry, volumes));
        WriteSingles(bytes, 108, [bytes.Length, 1, 0]);
        bytes[123] = (byte)geometry.XyztUnits;
        WriteSingles(bytes, 124, [high, low]);
        WriteInt16s(bytes, 252, [geometry.QformCode, geometry.SformCode]);
        WriteSingles(bytes, 256, geometry.Quaternion);
        WriteSingles(bytes, 268, geometry.QOffset);
        WriteSingles(bytes, 280, geometry.SRow);
        "n+1\0"u8.CopyTo(bytes.AsSpan(344));
        return bytes;
    }

    private static byte[] MakeNifti2(NiftiGeometry geometry, NiftiDataType type, float low, float high, int volumes)
    {
        var bytes = new byte[544];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, 540);
        "n+2\0\r\n\u001a\n"u8.CopyTo(bytes.AsSpan(4));
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(12), (short)type);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(14), (short)(type.ByteCount * 8));
        var dim = Dim(geometry, volumes);
        for (var i = 0; i < dim.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16 + (8 * i)), dim[i]);
        WriteDoubles(bytes, 104, PixDim(geometry, volumes));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(168), bytes.Length);
        WriteDoubles(bytes, 176, [1, 0, high, low]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(344), geometry.QformCode);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(348), geometry.SformCode);
        WriteDoubles(bytes, 352, geometry.Quaternion);
        WriteDoubles(bytes, 376, geometry.QOffset);
        WriteDoubles(bytes, 400, geometry.SRow);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(500), geometry.XyztUnits);
        return bytes;
    }

    private static int[] Dim(NiftiGeometry geometry, int volumes) =>
        [volumes > 1 ? Math.Max(4, geometry.Rank) : geometry.Rank, geometry.Size.X, geometry.Size.Y, geometry.Size.Z, volumes, 1, 1, 1];

    // Some readers take a step of 0 along an axis that is there for a fault.
    private static IReadOnlyList<double> PixDim(NiftiGeometry geometry, int volumes) =>
        volumes > 1 ? [.. geometry.PixDim.Take(4), 1, .. geometry.PixDim.Skip(5)] : geometry.PixDim;

    private static void WriteInt16s(byte[] bytes, int at, int[] values)
    {
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(at + (2 * i)), checked((short)values[i]));
    }

    private static void WriteSingles(byte[] bytes, int at, IReadOnlyList<double> values)
    {
        for (var i = 0; i < values.Count; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at + (4 * i)), (float)values[i]);
    }

    private static void WriteDoubles(byte[] bytes, int at, IReadOnlyList<double> values)
    {
        for (var i = 0; i < values.Count; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(at + (8 * i)), values[i]);
    }
}
