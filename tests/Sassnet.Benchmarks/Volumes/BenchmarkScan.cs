using System.Buffers.Binary;
using System.IO.Compression;
using Sassnet.Model.Volumes;
using Sassnet.Training.Phantoms;

namespace Sassnet.Benchmarks.Volumes;

/// <summary>A scan as scanners' converters write it: int16 NIfTI-1, gzipped.</summary>
internal static class BenchmarkScan
{
    private const int HeaderBytes = 352;
    private const short Int16Code = 4;
    private const short Int16Bits = 16;

    /// <summary>Writes a phantom of the given grid and voxel size.</summary>
    public static void Write(string path, GridSize size, VoxelSize voxelSize)
    {
        var options = new PhantomOptions { Grid = size, VoxelSize = voxelSize };
        var voxels = PhantomGenerator.Generate(1, options).Image.Voxels;
        var bytes = new byte[HeaderBytes + (voxels.Length * sizeof(short))];
        WriteHeader(bytes, size, options.VoxelSize);
        for (var voxel = 0; voxel < voxels.Length; voxel++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(HeaderBytes + (voxel * sizeof(short))), (short)voxels[voxel]);
        using var gzip = new GZipStream(File.Create(path), CompressionLevel.Optimal);
        gzip.Write(bytes);
    }

    private static void WriteHeader(Span<byte> header, GridSize size, VoxelSize spacing)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header, 348);
        ReadOnlySpan<short> dim = [3, (short)size.X, (short)size.Y, (short)size.Z, 1, 1, 1, 1];
        ReadOnlySpan<float> pixdim = [1, (float)spacing.X, (float)spacing.Y, (float)spacing.Z];
        for (var index = 0; index < dim.Length; index++)
            BinaryPrimitives.WriteInt16LittleEndian(header[(40 + (2 * index))..], dim[index]);
        BinaryPrimitives.WriteInt16LittleEndian(header[70..], Int16Code);
        BinaryPrimitives.WriteInt16LittleEndian(header[72..], Int16Bits);
        for (var index = 0; index < pixdim.Length; index++)
            BinaryPrimitives.WriteSingleLittleEndian(header[(76 + (4 * index))..], pixdim[index]);
        BinaryPrimitives.WriteSingleLittleEndian(header[108..], HeaderBytes);

        // Millimetres; an sform that only scales.
        header[123] = 2;
        BinaryPrimitives.WriteInt16LittleEndian(header[254..], 1);
        for (var row = 0; row < 3; row++)
            BinaryPrimitives.WriteSingleLittleEndian(header[(280 + (20 * row))..], pixdim[row + 1]);
        "n+1\0"u8.CopyTo(header[344..]);
    }
}
