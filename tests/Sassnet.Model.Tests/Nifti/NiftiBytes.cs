using System.Buffers.Binary;
using System.IO.Compression;

namespace Sassnet.Model.Tests.Nifti;

/// <summary>
/// Makes the bytes of a NIfTI file field by field, sound or not: a sound 5×6×7 int16 volume unless told otherwise. It stands alone, on
/// purpose not on the code under test, so that other test projects can link this file.
/// </summary>
public sealed record NiftiBytes
{
    public int Version { get; init; } = 1;

    public bool BigEndian { get; init; }

    /// <summary>dim[0..7].</summary>
    public long[] Dim { get; init; } = [3, 5, 6, 7, 1, 1, 1, 1];

    public short DataType { get; init; } = 4;

    /// <summary>What the data type asks for, unless given.</summary>
    public short? BitPix { get; init; }

    public double[] PixDim { get; init; } = [1, 1.5, 1.25, 2, 0, 0, 0, 0];

    /// <summary>Right behind the header and its extensions, unless given.</summary>
    public double? VoxOffset { get; init; }

    public double Slope { get; init; } = 1;

    public double Intercept { get; init; }

    public int XyztUnits { get; init; } = 2;

    public int QformCode { get; init; } = 1;

    public int SformCode { get; init; } = 1;

    public double[] Quaternion { get; init; } = [0, 0, 0];

    public double[] QOffset { get; init; } = [-10, -20, -30];

    public double[] SRow { get; init; } = [1.5, 0, 0, -10, 0, 1.25, 0, -20, 0, 0, 2, -30];

    public int? SizeofHdr { get; init; }

    public byte[]? Magic { get; init; }

    /// <summary>Header strings, which may carry patient data.</summary>
    public string Description { get; init; } = "";

    public byte[] Extender { get; init; } = [0, 0, 0, 0];

    /// <summary>Bytes between the extender and the voxels.</summary>
    public byte[] Extensions { get; init; } = [];

    /// <summary>The stored numbers, in file order; made up from the position unless given.</summary>
    public double[]? Stored { get; init; }

    /// <summary>Bytes to leave away at the end.</summary>
    public int Missing { get; init; }

    private int HeaderLength => Version == 1 ? 348 : 540;

    public static byte[] Gzip(byte[] content)
    {
        // GZipStream makes no file at all of no content.
        if (content.Length == 0)
            return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(content);
        return compressed.ToArray();
    }

    /// <summary>A gzip file of some bytes and then zeros, made without holding the zeros.</summary>
    public static byte[] GzipBomb(byte[] start, long zeros)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
        {
            gzip.Write(start);
            var chunk = new byte[1 << 20];
            for (var left = zeros; left > 0; left -= chunk.Length)
                gzip.Write(chunk.AsSpan(0, (int)Math.Min(left, chunk.Length)));
        }

        return compressed.ToArray();
    }

    /// <summary>An extension as the standard has it: size, code, content padded to 16 bytes.</summary>
    public static byte[] Extension(int? declaredSize = null, int contentLength = 24)
    {
        var bytes = new byte[8 + contentLength];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, declaredSize ?? bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), 6);
        return bytes;
    }

    public byte[] ToGzip() => Gzip(ToBytes());

    public byte[] ToBytes()
    {
        byte[] all = [.. HeaderOnly(), .. Voxels()];
        return all[..^Missing];
    }

    /// <summary>Everything before the voxels.</summary>
    public byte[] HeaderOnly()
    {
        var header = new byte[HeaderLength];
        if (Version == 1)
            FillNifti1(header);
        else
            FillNifti2(header);
        return [.. header, .. Extender, .. Extensions];
    }

    private void FillNifti1(byte[] bytes)
    {
        Put(bytes, 0, SizeofHdr ?? 348);
        for (var i = 0; i < 8; i++)
            Put(bytes, 40 + (2 * i), (short)Dim[i]);
        Put(bytes, 70, DataType);
        Put(bytes, 72, BitPix ?? (short)(BytesPerVoxel() * 8));
        PutSingles(bytes, 76, PixDim);
        PutSingles(bytes, 108, [VoxOffset ?? 352 + Extensions.Length, Slope, Intercept]);
        bytes[123] = (byte)XyztUnits;
        PutText(bytes, 148, 80);
        PutText(bytes, 228, 24);
        Put(bytes, 252, (short)QformCode);
        Put(bytes, 254, (short)SformCode);
        PutSingles(bytes, 256, Quaternion);
        PutSingles(bytes, 268, QOffset);
        PutSingles(bytes, 280, SRow);
        PutText(bytes, 328, 16);
        (Magic ?? "n+1\0"u8.ToArray()).CopyTo(bytes, 344);
    }

    private void FillNifti2(byte[] bytes)
    {
        Put(bytes, 0, SizeofHdr ?? 540);
        (Magic ?? "n+2\0\r\n\u001a\n"u8.ToArray()).CopyTo(bytes, 4);
        Put(bytes, 12, DataType);
        Put(bytes, 14, BitPix ?? (short)(BytesPerVoxel() * 8));
        for (var i = 0; i < 8; i++)
            Put(bytes, 16 + (8 * i), Dim[i]);
        PutDoubles(bytes, 104, PixDim);
        Put(bytes, 168, (long)(VoxOffset ?? 544 + Extensions.Length));
        PutDoubles(bytes, 176, [Slope, Intercept]);
        PutText(bytes, 240, 80);
        PutText(bytes, 320, 24);
        Put(bytes, 344, QformCode);
        Put(bytes, 348, SformCode);
        PutDoubles(bytes, 352, Quaternion);
        PutDoubles(bytes, 376, QOffset);
        PutDoubles(bytes, 400, SRow);
        Put(bytes, 500, XyztUnits);
        PutText(bytes, 508, 16);
    }

    private byte[] Voxels()
    {
        var size = BytesPerVoxel();
        var bytes = new byte[VoxelCount() * size];
        for (var i = 0; i < bytes.Length / size; i++)
            PutVoxel(bytes, i * size, Stored?[i] ?? (i % 50) - 25);
        return bytes;
    }

    /// <summary>Impossible or huge dimensions have no voxels to write.</summary>
    private long VoxelCount()
    {
        UInt128 count = 1;
        for (var axis = 1; axis <= Math.Clamp(Dim[0], 1, 7); axis++)
            count = Dim[axis] > 0 && count < 1 << 20 ? count * (ulong)Dim[axis] : 0;
        return count < 1 << 20 ? (long)count : 0;
    }

    private int BytesPerVoxel() => DataType switch
    {
        2 or 256 => 1,
        4 or 512 => 2,
        128 => 3,
        8 or 16 or 768 or 2304 => 4,
        32 or 64 or 1024 or 1280 => 8,
        1536 or 1792 => 16,
        2048 => 32,
        _ => 1,
    };

    private void PutVoxel(byte[] bytes, int at, double value)
    {
        switch (DataType)
        {
            case 2:
                bytes[at] = (byte)value;
                break;
            case 256:
                bytes[at] = (byte)(sbyte)value;
                break;
            case 4:
                Put(bytes, at, (short)value);
                break;
            case 512:
                Put(bytes, at, (short)(ushort)value);
                break;
            case 8:
                Put(bytes, at, (int)value);
                break;
            case 768:
                Put(bytes, at, (int)(uint)value);
                break;
            case 1024:
                Put(bytes, at, (long)value);
                break;
            case 1280:
                Put(bytes, at, (long)(ulong)value);
                break;
            case 16:
                Put(bytes, at, BitConverter.SingleToInt32Bits((float)value));
                break;
            case 64:
                Put(bytes, at, BitConverter.DoubleToInt64Bits(value));
                break;
        }
    }

    private void PutText(byte[] bytes, int at, int length)
    {
        for (var i = 0; i < Math.Min(length, Description.Length); i++)
            bytes[at + i] = (byte)Description[i];
    }

    private void PutSingles(byte[] bytes, int at, double[] values)
    {
        for (var i = 0; i < values.Length; i++)
            Put(bytes, at + (4 * i), BitConverter.SingleToInt32Bits((float)values[i]));
    }

    private void PutDoubles(byte[] bytes, int at, double[] values)
    {
        for (var i = 0; i < values.Length; i++)
            Put(bytes, at + (8 * i), BitConverter.DoubleToInt64Bits(values[i]));
    }

    private void Put(byte[] bytes, int at, short value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(at), value);
        else
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(at), value);
    }

    private void Put(byte[] bytes, int at, int value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), value);
        else
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
    }

    private void Put(byte[] bytes, int at, long value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at), value);
        else
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);
    }
}
