using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Sassnet.Api.Tests.Segmentation;

/// <summary>An answer's NIfTI-1 file of float32 or uint8, as it lies in the bytes: with a fourth axis too.</summary>
/// <param name="Dim">dim[0..7].</param>
/// <param name="PixDim">pixdim[0..7].</param>
/// <param name="Display">What is shown as black, cal_min, and as white, cal_max.</param>
/// <param name="Voxels">All values, X fastest.</param>
internal sealed record NiftiAnswer(short[] Dim, float[] PixDim, (float Black, float White) Display, float[] Voxels)
{
    /// <summary>The values of one volume along the fourth axis.</summary>
    public float[] Volume(int index) => Voxels.AsSpan(index * Dim[1] * Dim[2] * Dim[3], Dim[1] * Dim[2] * Dim[3]).ToArray();

    public static NiftiAnswer Parse(byte[] gzip)
    {
        using var plain = new MemoryStream();
        using (var unpacked = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress))
            unpacked.CopyTo(plain);
        var bytes = plain.ToArray();
        var content = bytes.AsSpan(352);
        var isFloat = BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(70)) == 16;
        return new NiftiAnswer(
            MemoryMarshal.Cast<byte, short>(bytes.AsSpan(40, 16)).ToArray(),
            MemoryMarshal.Cast<byte, float>(bytes.AsSpan(76, 32)).ToArray(),
            (BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(128)), BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(124))),
            isFloat ? MemoryMarshal.Cast<byte, float>(content).ToArray() : Array.ConvertAll(content.ToArray(), value => (float)value));
    }
}
