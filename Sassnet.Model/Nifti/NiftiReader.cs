using System.Buffers;
using System.Runtime.InteropServices;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Nifti;

/// <summary>Reads NIfTI content in order, from header to voxels; every check that the header allows comes before the voxels are allocated.</summary>
internal static class NiftiReader
{
    // The decoded and the raw chunk share the second-level cache.
    private const int ChunkVoxels = 128 << 10;
    private const int LargestVoxel = 8;

    /// <summary>Reads a file's content.</summary>
    /// <param name="content">Decompressed content, at its start; what is not seekable was compressed.</param>
    /// <param name="longest">The most bytes the content can have: its length, or what its compressed form could hold.</param>
    /// <param name="limits">What to refuse as too large.</param>
    /// <param name="accepted">What a refusal of another format says is accepted.</param>
    /// <param name="ct">Checked for every chunk, of what is walked over too.</param>
    public static NiftiVolume Read(Stream content, long longest, VolumeLimits limits, string accepted, CancellationToken ct)
    {
        var header = ReadHeader(content, accepted);
        var size = NiftiGrid.Of(header, limits);
        var warnings = new List<Warning>();
        var type = NiftiDataTypes.Of(header, warnings);
        var voxelsStart = VoxelsStart(header, longest);

        var scaling = NiftiScaling.Of(header, warnings);
        var affine = NiftiPlacement.Of(header, size, warnings);
        SkipExtensions(content, header, voxelsStart, ct);

        var bytes = size.Count * type.ByteCount;
        if (bytes > longest - voxelsStart)
            throw NiftiFault.Truncated($"a volume of {size} voxels in {type.ByteCount * 8} bits", longest - voxelsStart, bytes, isBound: !content.CanSeek);

        var decoder = new VoxelDecoder(type, header.Encoding.BigEndian, scaling);
        var voxels = ReadVoxels(content, size, type, decoder, ct);
        return new NiftiVolume(new Volume(size, voxels, affine), new NiftiGeometry(header, size), warnings);
    }

    private static NiftiHeader ReadHeader(Stream content, string accepted)
    {
        Span<byte> bytes = stackalloc byte[new NiftiEncoding(2, false).HeaderLength];
        var count = content.ReadAtLeast(bytes[..NiftiEncoding.HeadLength], NiftiEncoding.HeadLength, throwOnEndOfStream: false);
        var encoding = NiftiEncoding.Recognise(bytes[..count], accepted);

        var rest = bytes[NiftiEncoding.HeadLength..encoding.HeaderLength];
        count += content.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false);
        return count == encoding.HeaderLength
            ? NiftiHeader.Parse(bytes[..encoding.HeaderLength], encoding)
            : throw NiftiFault.Truncated("a NIfTI-2 header", count, encoding.HeaderLength);
    }

    private static long VoxelsStart(NiftiHeader header, long longest)
    {
        var offset = header.VoxOffset;
        var first = header.Encoding.ExtensionsStart;
        return offset >= first && offset <= longest && Math.Floor(offset) == offset
            ? (long)offset
            : throw NiftiFault.BadHeader("vox_offset", offset, $"a whole number from {first} to the file's end");
    }

    /// <summary>Walks over the header's extensions, which are dropped, to the first voxel.</summary>
    private static void SkipExtensions(Stream content, NiftiHeader header, long voxelsStart, CancellationToken ct)
    {
        Span<byte> extender = stackalloc byte[4];
        Span<byte> extension = stackalloc byte[8];
        long at = header.Encoding.ExtensionsStart;
        ReadGap(content, extender, header, at);
        while (extender[0] != 0 && voxelsStart - at >= extension.Length)
        {
            ct.ThrowIfCancellationRequested();
            ReadGap(content, extension, header, at + extension.Length);
            var size = new NiftiFields(extension, header.Encoding.BigEndian).Int32(0);
            if (size < extension.Length || size > voxelsStart - at)
                throw NiftiFault.BadExtension(at, size, voxelsStart);
            SkipGap(content, size - extension.Length, header, at + size, ct);
            at += size;
        }

        SkipGap(content, voxelsStart - at, header, voxelsStart, ct);
    }

    private static void SkipGap(Stream content, long count, NiftiHeader header, long end, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            while (count > 0)
            {
                ct.ThrowIfCancellationRequested();
                var part = buffer.AsSpan(0, (int)Math.Min(count, buffer.Length));
                ReadGap(content, part, header, end);
                count -= part.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void ReadGap(Stream content, Span<byte> part, NiftiHeader header, long end)
    {
        if (content.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) < part.Length)
            throw NiftiFault.BadHeader("vox_offset", header.VoxOffset, $"an offset within the file, which ends before byte {end}");
    }

    private static float[] ReadVoxels(Stream content, GridSize size, NiftiDataType type, VoxelDecoder decoder, CancellationToken ct)
    {
        // Every voxel is written before it is read: clearing the array would only cost time and touch its memory early.
        var voxels = GC.AllocateUninitializedArray<float>((int)size.Count);
        var buffer = type == NiftiDataType.Float32 ? [] : ArrayPool<byte>.Shared.Rent(ChunkVoxels * LargestVoxel);
        try
        {
            for (var done = 0; done < voxels.Length; done += ChunkVoxels)
            {
                ct.ThrowIfCancellationRequested();
                var result = voxels.AsSpan(done, Math.Min(ChunkVoxels, voxels.Length - done));

                // Floats are read into place.
                var raw = type == NiftiDataType.Float32 ? MemoryMarshal.AsBytes(result) : buffer.AsSpan(0, result.Length * type.ByteCount);
                var count = content.ReadAtLeast(raw, raw.Length, throwOnEndOfStream: false);
                if (count < raw.Length)
                    throw NiftiFault.Truncated($"a volume of {size} voxels", ((long)done * type.ByteCount) + count, size.Count * type.ByteCount);

                var fault = decoder.Decode(raw, result);
                if (fault >= 0)
                    throw NonFinite(size, done + fault, result[fault]);
            }
        }
        finally
        {
            if (buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(buffer);
        }

        return voxels;
    }

    private static InvalidVolumeException NonFinite(GridSize size, int at, float seen)
    {
        var (x, y, z) = (at % size.X, at / size.X % size.Y, at / size.X / size.Y);
        return NiftiFault.NotServable("non-finite", $"The voxel at index ({x}, {y}, {z}) is {seen} after scaling; finite values are accepted.");
    }
}
