using System.Buffers;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Pixels;
using Sassnet.Model.Native;
using Sassnet.Model.Nifti;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Reads the sorted frames of a series into the voxels of a volume, a slice at a time on every core.</summary>
internal static class SeriesPixels
{
    /// <summary>The voxels: rows from bottom to top, slices in the frames' order.</summary>
    /// <param name="frames">The sorted frames, all of one size.</param>
    /// <param name="sources">Where each one's pixels are.</param>
    /// <param name="size">The grid.</param>
    /// <param name="ct">Checked for every slice.</param>
    /// <exception cref="InvalidVolumeException">A frame does not decode.</exception>
    public static float[] Read(IReadOnlyList<SliceFrame> frames, IReadOnlyList<FrameSource> sources, GridSize size, CancellationToken ct)
    {
        // Every voxel is written before it is read.
        var voxels = GC.AllocateUninitializedArray<float>((int)size.Count);
        HugePages.Advise(voxels);
        SharedLoop.Run(() => Parallel.For(0, frames.Count, new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Environment.ProcessorCount }, slice =>
            ReadSlice(frames[slice], sources[slice], voxels.AsSpan(slice * size.X * size.Y, size.X * size.Y))));
        return voxels;
    }

    private static void ReadSlice(SliceFrame frame, FrameSource source, Span<float> slice)
    {
        var layout = source.Layout;
        var buffer = ArrayPool<byte>.Shared.Rent((int)layout.FrameBytes);
        try
        {
            var stored = buffer.AsSpan(0, (int)layout.FrameBytes);
            source.Read(stored);
            var decoder = new VoxelDecoder(TypeOf(layout), !BitConverter.IsLittleEndian, frame.Rescale.Scaling);
            var rowBytes = layout.Columns * layout.BytesPerPixel;
            for (var row = 0; row < layout.Rows; row++)
            {
                // DICOM's rows go from top to bottom.
                var target = slice.Slice((layout.Rows - 1 - row) * layout.Columns, layout.Columns);
                var fault = decoder.Decode(stored.Slice(row * rowBytes, rowBytes), target);
                if (fault >= 0)
                    throw DicomFault.NotServable("non-finite", $"The pixel in row {row + 1} and column {fault + 1} of {frame.Name} is {target[fault]} after rescaling; finite values are accepted.");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static NiftiDataType TypeOf(PixelLayout layout) => (layout.BitsAllocated, layout.IsSigned) switch
    {
        (8, false) => NiftiDataType.UInt8,
        (8, true) => NiftiDataType.Int8,
        (_, false) => NiftiDataType.UInt16,
        _ => NiftiDataType.Int16,
    };
}
