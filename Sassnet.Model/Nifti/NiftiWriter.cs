using System.Numerics;
using System.Runtime.InteropServices;
using Sassnet.Model.Compression;
using Sassnet.Model.Files;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Nifti;

/// <summary>
/// Writes results as NIfTI on exactly the source's grid: the source's version and geometry, little-endian, slope 1, intercept 0, and no
/// string of the source's header. Label maps are uint8, volumes float32.
/// </summary>
public static class NiftiWriter
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Writes a label map to a file, compressed where the name ends in <c>.gz</c>. The file appears whole or not at all.</summary>
    /// <exception cref="ArgumentException">The map is not on the geometry's grid.</exception>
    public static void Write(string path, LabelMap labels, NiftiGeometry geometry) =>
        AtomicFile.Write(path, stream => Write(stream, labels, geometry, IsCompressed(path)));

    /// <summary>Writes a volume to a file, compressed where the name ends in <c>.gz</c>. The file appears whole or not at all.</summary>
    /// <exception cref="ArgumentException">The volume is not on the geometry's grid.</exception>
    public static void Write(string path, Volume volume, NiftiGeometry geometry) =>
        AtomicFile.Write(path, stream => Write(stream, volume, geometry, IsCompressed(path)));

    /// <summary>Writes a label map to a stream, which stays open.</summary>
    /// <exception cref="ArgumentException">The map is not on the geometry's grid.</exception>
    public static void Write(Stream stream, LabelMap labels, NiftiGeometry geometry, bool compress)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Require(labels.Size, geometry);

        // A viewer shows label 1 as white where there is nothing higher, even in an empty map.
        var header = NiftiHeaderBytes.Make(geometry, NiftiDataType.UInt8, 0, Math.Max((byte)1, labels.Labels.Max()));
        WriteContent(stream, header, [labels.Labels], compress);
    }

    /// <summary>Writes a volume to a stream, which stays open.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="volume">The values.</param>
    /// <param name="geometry">The grid.</param>
    /// <param name="compress">Whether to write it as gzip.</param>
    /// <param name="display">What viewers show as black and as white; from the lowest to the highest value where it is null, or spans nothing.</param>
    /// <exception cref="ArgumentException">The volume is not on the geometry's grid.</exception>
    public static void Write(Stream stream, Volume volume, NiftiGeometry geometry, bool compress, (float Black, float White)? display = null) =>
        WriteVolumes(stream, [volume], geometry, compress, display);

    /// <summary>Writes volumes of one grid to a stream, which stays open: several along a fourth axis, one as a volume of three.</summary>
    /// <exception cref="ArgumentException">A volume is not on the geometry's grid.</exception>
    public static void Write(Stream stream, IReadOnlyList<Volume> volumes, NiftiGeometry geometry, bool compress) =>
        WriteVolumes(stream, volumes, geometry, compress, display: null);

    private static void WriteVolumes(Stream stream, IReadOnlyList<Volume> volumes, NiftiGeometry geometry, bool compress, (float Black, float White)? display)
    {
        ArgumentNullException.ThrowIfNull(volumes);
        foreach (var volume in volumes)
        {
            ArgumentNullException.ThrowIfNull(volume);
            Require(volume.Size, geometry);
        }

        var (low, high) = display is { } given && given.Black < given.White ? given : Range(volumes);
        WriteContent(stream, NiftiHeaderBytes.Make(geometry, NiftiDataType.Float32, low, high, volumes.Count), volumes.Select(volume => volume.Voxels), compress);
    }

    private static void WriteContent<T>(Stream stream, byte[] header, IEnumerable<T[]> volumes, bool compress)
        where T : unmanaged
    {
        if (!compress)
        {
            WriteBytes(stream, header, volumes);
            return;
        }

        using var gzip = new BlockGzipStream(stream);
        WriteBytes(gzip, header, volumes);
    }

    private static unsafe void WriteBytes<T>(Stream stream, byte[] header, IEnumerable<T[]> volumes)
        where T : unmanaged
    {
        stream.Write(header);

        // In parts, since the bytes of a large volume are more than one span can hold.
        var part = ChunkBytes / sizeof(T);
        foreach (var voxels in volumes)
        {
            for (var done = 0; done < voxels.Length; done += part)
                stream.Write(MemoryMarshal.AsBytes(voxels.AsSpan(done, Math.Min(part, voxels.Length - done))));
        }
    }

    private static bool IsCompressed(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    private static void Require(GridSize size, NiftiGeometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        if (size != geometry.Size)
            throw new ArgumentException($"The geometry is of a grid of {geometry.Size}; got {size}.");
    }

    // The display range spans the finite values: a distance may be infinite. Equal ends, and none at all, are 0 and 0, which the standard reads as not set.
    private static (float Low, float High) Range(IReadOnlyList<Volume> volumes)
    {
        var (low, high) = (new Vector<float>(float.PositiveInfinity), new Vector<float>(float.NegativeInfinity));
        foreach (var volume in volumes)
        {
            ReadOnlySpan<float> voxels = volume.Voxels;
            for (; voxels.Length >= Vector<float>.Count; voxels = voxels[Vector<float>.Count..])
                Widen(new Vector<float>(voxels));
            foreach (var value in voxels)
                Widen(new Vector<float>(value));
        }

        var (lowest, highest) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var i = 0; i < Vector<float>.Count; i++)
            (lowest, highest) = (Math.Min(lowest, low[i]), Math.Max(highest, high[i]));
        return lowest < highest ? (lowest, highest) : (0, 0);

        void Widen(Vector<float> values)
        {
            var isFinite = Vector.LessThan(Vector.Abs(values), new Vector<float>(float.PositiveInfinity));
            low = Vector.Min(low, Vector.ConditionalSelect(isFinite, values, low));
            high = Vector.Max(high, Vector.ConditionalSelect(isFinite, values, high));
        }
    }
}
