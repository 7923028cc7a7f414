using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;

namespace Sassnet.Model.Dicom.Series;

/// <summary>A volume as read from a series.</summary>
/// <param name="Volume">The voxels in RAS millimetres, rescaled as the attributes ask.</param>
/// <param name="Source">What results refer to.</param>
/// <param name="Warnings">What was not taken at its word, never a string from the files.</param>
public sealed record DicomVolume(Volume Volume, DicomSource Source, IReadOnlyList<Warning> Warnings);

/// <summary>Reads a series of DICOM files, classic or enhanced, as one volume: headers, then geometry, then pixels, each checked before the next.</summary>
public static class DicomSeries
{
    /// <summary>Reads a series.</summary>
    /// <param name="files">The files, in any order; ones without pixels are left out.</param>
    /// <param name="series">The SeriesInstanceUID to take; null where there is only one.</param>
    /// <param name="scratch">A folder of the caller's for what is decoded on the way; the caller removes it.</param>
    /// <param name="decoder">What decodes compressed pixels.</param>
    /// <param name="limits">What to refuse as too large; <see cref="VolumeLimits.Default"/> where omitted.</param>
    /// <param name="ct">Checked for every file, every few thousand attributes and every slice.</param>
    /// <returns>Rows from bottom to top and slices along their normal, in RAS millimetres; values as the rescale attributes say.</returns>
    /// <exception cref="InvalidVolumeException">The files are not one series of slices this library can use.</exception>
    public static DicomVolume Read(
        IReadOnlyList<SeriesFile> files, string? series, string scratch, PixelDecoder decoder, VolumeLimits? limits = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(decoder);
        limits ??= VolumeLimits.Default;
        var headers = SeriesHeaders.Read(files, series, scratch, limits, ct);
        var chosen = SeriesChoice.Of(headers.Images);
        var frames = SeriesGeometry.Sort(Frames(chosen.Files, limits));
        SeriesMeaning.RequireOne(frames);
        var size = new GridSize(frames[0].Layout.Columns, frames[0].Layout.Rows, frames.Count);
        var affine = SeriesGeometry.Place(frames);

        var sources = SeriesSources.Of(frames, decoder, scratch, limits, ct);
        var voxels = SeriesPixels.Read(frames, sources, size, ct);
        var source = new DicomSource(frames);
        return new DicomVolume(
            new Volume(size, voxels, affine), source, [.. headers.Warnings, .. chosen.Warnings, .. SeriesWarnings.Of(frames, source), .. SeriesCompleteness.Warnings(chosen.Files)]);
    }

    private static List<SliceFrame> Frames(IReadOnlyList<NumberedFile> files, VolumeLimits limits)
    {
        var frames = new List<SliceFrame>();
        var voxels = 0L;
        foreach (var frame in files.SelectMany(file => SliceFrames.Of(file.File, file.Number)))
        {
            voxels += frame.Layout.Count;
            if (voxels > limits.MaxVoxels)
                throw DicomFault.TooLarge("volume-too-large", $"The series has more than {limits.MaxVoxels} voxels in its first {Counted.Of(frames.Count + 1, "image")}; at most that many in all are accepted.");
            frames.Add(frame);
        }

        return frames;
    }
}
