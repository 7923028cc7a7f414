using System.Buffers.Binary;

namespace Sassnet.Api.Tests.Segmentation;

/// <summary>The fields of a NIfTI header that place its voxels, read by their offsets in nifti1.h and nifti2.h.</summary>
internal sealed record HeaderFields(double[] Geometry, double[] Scaling, int DataType, long VoxelsAt)
{
    public static HeaderFields Read(byte[] bytes)
    {
        var isBig = bytes[0] == 0;
        var isSecond = BinaryPrimitives.ReadInt32LittleEndian(bytes) is 540 || BinaryPrimitives.ReadInt32BigEndian(bytes) is 540;
        return isSecond ? Second(bytes, isBig) : First(bytes, isBig);
    }

    private static HeaderFields First(byte[] bytes, bool isBig) => new(
        [
            1, .. Many(4, i => Short(bytes, 40 + (2 * i), isBig)), .. Many(4, i => Single(bytes, 76 + (4 * i), isBig)), bytes[123],
            Short(bytes, 252, isBig), Short(bytes, 254, isBig), .. Many(18, i => Single(bytes, 256 + (4 * i), isBig)),
        ],
        [Single(bytes, 112, isBig), Single(bytes, 116, isBig)],
        Short(bytes, 70, isBig),
        (long)Single(bytes, 108, isBig));

    private static HeaderFields Second(byte[] bytes, bool isBig) => new(
        [
            2, .. Many(4, i => Long(bytes, 16 + (8 * i), isBig)), .. Many(4, i => Double(bytes, 104 + (8 * i), isBig)), Int(bytes, 500, isBig),
            Int(bytes, 344, isBig), Int(bytes, 348, isBig), .. Many(18, i => Double(bytes, 352 + (8 * i), isBig)),
        ],
        [Double(bytes, 176, isBig), Double(bytes, 184, isBig)],
        Short(bytes, 12, isBig),
        Long(bytes, 168, isBig));

    private static IEnumerable<double> Many(int count, Func<int, double> read) => Enumerable.Range(0, count).Select(read);

    private static short Short(byte[] b, int at, bool big) => big ? BinaryPrimitives.ReadInt16BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadInt16LittleEndian(b.AsSpan(at));

    private static int Int(byte[] b, int at, bool big) => big ? BinaryPrimitives.ReadInt32BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadInt32LittleEndian(b.AsSpan(at));

    private static long Long(byte[] b, int at, bool big) => big ? BinaryPrimitives.ReadInt64BigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadInt64LittleEndian(b.AsSpan(at));

    private static float Single(byte[] b, int at, bool big) => big ? BinaryPrimitives.ReadSingleBigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadSingleLittleEndian(b.AsSpan(at));

    private static double Double(byte[] b, int at, bool big) => big ? BinaryPrimitives.ReadDoubleBigEndian(b.AsSpan(at)) : BinaryPrimitives.ReadDoubleLittleEndian(b.AsSpan(at));
}
