using System.Buffers.Binary;
using System.Numerics;
using Xunit;

namespace Sassnet.Api.Tests.Segmentation;

/// <summary>A binary STL file, read as any viewer does: 80 bytes, a count, 50 bytes a triangle.</summary>
internal sealed record StlFile(IReadOnlyList<Vector3> Corners)
{
    public double AreaMm2 => Corners.Chunk(3).Sum(corner => Vector3.Cross(corner[1] - corner[0], corner[2] - corner[0]).Length() / 2.0);

    public static StlFile Parse(byte[] bytes)
    {
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(80));
        Assert.Equal(84 + (50 * count), bytes.Length);
        Assert.True(count > 0);
        var corners = new List<Vector3>();
        for (var at = 84; at < bytes.Length; at += 50)
        {
            for (var corner = 1; corner <= 3; corner++)
                corners.Add(new Vector3(Number(bytes, at + (12 * corner)), Number(bytes, at + (12 * corner) + 4), Number(bytes, at + (12 * corner) + 8)));
        }

        return new StlFile(corners);
    }

    private static float Number(byte[] bytes, int at) => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at));
}
