using PureHDF;
using PureHDF.VOL.Native;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Hdf5;

/// <summary>
/// A scan of the LA benchmark: an HDF5 file with the datasets <c>image</c> (float32) and <c>label</c> (uint8, 1 = left atrium),
/// both of shape (X, Y, Z) with Z fastest. The file says neither voxel size nor orientation: the caller gives the one, and the other is known of the
/// release: X grows to the patient's left, Y to the back, Z to the head (LPS; the spine lies at high Y, the descending aorta beside it at higher X).
/// Each dataset is read on its own: reading the image never touches the label.
/// </summary>
public static class LeftAtriumFile
{
    private const string NotReadable = "not-a-volume";
    private const string BadDataset = "bad-dataset";

    // Chunks at the far faces reach beyond the grid.
    private const ulong CacheSlack = 64 << 20;

    /// <summary>Reads the dataset <c>image</c>.</summary>
    /// <param name="path">The HDF5 file.</param>
    /// <param name="voxelSize">Edge lengths of a voxel in millimetres.</param>
    /// <exception cref="InvalidVolumeException">Not HDF5, no such dataset, not three axes, not float32, or longer than any scanner.</exception>
    public static Volume ReadImage(string path, VoxelSize voxelSize)
    {
        var (size, voxels) = Read<float>(path, "image", H5DataTypeClass.FloatingPoint);
        return new Volume(size, voxels, Lps("image", size, voxelSize));
    }

    /// <summary>Reads the dataset <c>label</c>.</summary>
    /// <param name="path">The HDF5 file.</param>
    /// <param name="voxelSize">Edge lengths of a voxel in millimetres.</param>
    /// <param name="imageSize">The image's grid, which the label's must equal; omit it to accept any.</param>
    /// <exception cref="InvalidVolumeException">Not HDF5, no such dataset, not three axes, not uint8, another grid than the image's, or longer than any scanner.</exception>
    public static LabelMap ReadLabels(string path, VoxelSize voxelSize, GridSize? imageSize = null)
    {
        var (size, labels) = Read<byte>(path, "label", H5DataTypeClass.FixedPoint);
        if (imageSize is { } expected && expected != size)
            throw Invalid(BadDataset, $"The dataset 'label' has the grid {size}, the image {expected}; they must be equal.");
        return new LabelMap(size, labels, Lps("label", size, voxelSize));
    }

    private static Affine Lps(string name, GridSize size, VoxelSize voxel)
    {
        var affine = new Affine([-voxel.X, 0, 0, 0, 0, -voxel.Y, 0, 0, 0, 0, voxel.Z, 0]);
        var farthest = affine.Farthest(size);
        return farthest <= Affine.FarthestPosition ? affine : throw Invalid(
            BadDataset,
            FormattableString.Invariant($"By the voxel size given, the dataset '{name}' of {size} voxels is {farthest:0} mm long; at most {Affine.FarthestPosition} mm are accepted."));
    }

    private static unsafe (GridSize Size, T[] Voxels) Read<T>(string path, string name, H5DataTypeClass dataClass)
        where T : unmanaged
    {
        using var stream = File.OpenRead(path);
        try
        {
            using var file = H5File.Open(stream, leaveOpen: true);
            if (!file.LinkExists(name))
                throw Invalid(BadDataset, $"The HDF5 file has no dataset '{name}'.");

            var dataset = (NativeDataset)file.Dataset(name);
            var type = dataset.Type;
            if (type.Class != dataClass || type.Size != sizeof(T))
                throw Invalid(BadDataset, $"The dataset '{name}' holds {type.Size}-byte {type.Class} values; {typeof(T).Name} is accepted.");

            var size = GridOf(name, dataset.Space.Dimensions);
            // PureHDF walks the rows of the dataset, not its chunks, and its usual cache of 1 MiB is smaller than one layer of chunks:
            // every chunk would be decompressed many times over.
            var cache = new SimpleReadingChunkCache(byteCount: (ulong)(size.Count * sizeof(T)) + CacheSlack);
            var voxels = dataset.Read<T[]>(new H5DatasetAccess(ChunkCache: cache));
            return (size, AxisOrder.FromZFastest<T>(voxels, size));
        }
        catch (Exception fault) when (fault is EndOfStreamException or not (InvalidVolumeException or IOException or UnauthorizedAccessException))
        {
            // PureHDF reports damage by exceptions of many types.
            throw Invalid(NotReadable, $"The dataset '{name}' cannot be read: the bytes are not a sound HDF5 file.", fault);
        }
    }

    private static GridSize GridOf(string name, ulong[] dimensions)
    {
        if (dimensions.Length != 3)
            throw Invalid(BadDataset, $"The dataset '{name}' has {Counted.Of(dimensions.Length, "axis", "axes")}; 3 (X, Y, Z) are accepted.");

        UInt128 count = 1;
        foreach (var dimension in dimensions)
            count *= dimension;
        if (count == 0 || count > (ulong)Array.MaxLength || dimensions.Max() > int.MaxValue)
            throw Invalid(BadDataset, $"The dataset '{name}' has the shape {string.Join('x', dimensions)}; 1 to {Array.MaxLength} voxels are accepted.");
        return new GridSize((int)dimensions[0], (int)dimensions[1], (int)dimensions[2]);
    }

    private static InvalidVolumeException Invalid(string slug, string message, Exception? inner = null) =>
        new(slug == NotReadable ? InvalidVolumeKind.Unsupported : InvalidVolumeKind.Malformed, slug, message, inner);
}
