using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.Nifti;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.VolumeFiles;

/// <summary>A volume as read from one file or several, whichever format they are in.</summary>
/// <param name="Volume">The voxels, scaled as the header asks, all finite, in millimetres.</param>
/// <param name="Geometry">The header's own geometry, for writing results on exactly the same grid.</param>
/// <param name="Warnings">What the header says that was not taken at its word, never a string from the header.</param>
public sealed record VolumeFile(Volume Volume, NiftiGeometry Geometry, IReadOnlyList<Warning> Warnings)
{
    /// <summary>All that the files of an input may be.</summary>
    public const string Accepted = NiftiFile.Accepted + "; or one DICOM series of MR or CT: one file, several, or a zip of them";

    // DeflateStream asks for 8 KiB at a time; this makes one system call of sixteen.
    private const int FileBuffer = 128 << 10;

    /// <summary>The DICOM series it was read from; null for other formats.</summary>
    public DicomSource? Dicom { get; init; }

    /// <summary>Reads a DICOM series, or a NIfTI volume from its one file.</summary>
    /// <param name="files">The files that were chosen for it.</param>
    /// <param name="series">The SeriesInstanceUID to take; null where there is only one.</param>
    /// <param name="scratch">A folder of the caller's for what is decoded on the way; the caller removes it.</param>
    /// <param name="decoder">What decodes compressed DICOM.</param>
    /// <param name="limits">What to refuse as too large; <see cref="VolumeLimits.Default"/> where omitted.</param>
    /// <param name="ct">Checked about every mebibyte, every file and every slice; not while a gzip file of at most 64 MB is inflated at one go.</param>
    /// <exception cref="InvalidVolumeException">The files are not a volume this library can use.</exception>
    public static VolumeFile Read(
        SeriesFiles files, string? series, string scratch, PixelDecoder decoder, VolumeLimits? limits = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (!files.IsDicom)
        {
            return files.Files is [var only] ? Read(only.Path, limits, Accepted, ct) : throw new InvalidVolumeException(
                InvalidVolumeKind.Malformed, "several-volumes", $"The {files.Files.Count} files are not the DICOM files of a series. Accepted: {Accepted}.");
        }

        var (volume, source, warnings) = DicomSeries.Read(files.Files, series, scratch, decoder, limits, ct);
        return new VolumeFile(volume, NiftiGeometry.FromAffine(volume.Size, volume.Affine), [.. files.Warnings, .. warnings]) { Dicom = source };
    }

    /// <summary>Reads a file: NIfTI-1 or NIfTI-2, plain or gzipped, found from the content and never from the name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What to refuse as too large; <see cref="VolumeLimits.Default"/> where omitted.</param>
    /// <param name="ct">Checked about every mebibyte; not while a gzip file of at most 64 MB is inflated at one go.</param>
    /// <exception cref="InvalidVolumeException">The file is not a volume this library can use.</exception>
    public static VolumeFile Read(string path, VolumeLimits? limits = null, CancellationToken ct = default) =>
        Read(path, limits, NiftiFile.Accepted, ct);

    /// <summary>Reads a file that is already open, from its start.</summary>
    /// <param name="stream">The file's bytes; must be seekable. It stays open.</param>
    /// <param name="limits">What to refuse as too large; <see cref="VolumeLimits.Default"/> where omitted.</param>
    /// <param name="ct">Checked about every mebibyte; not while a gzip file of at most 64 MB is inflated at one go.</param>
    /// <exception cref="InvalidVolumeException">The file is not a volume this library can use.</exception>
    public static VolumeFile Read(Stream stream, VolumeLimits? limits = null, CancellationToken ct = default) =>
        Read(stream, limits, NiftiFile.Accepted, ct);

    private static VolumeFile Read(string path, VolumeLimits? limits, string accepted, CancellationToken ct)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileBuffer, FileOptions.SequentialScan);
        return Read(stream, limits, accepted, ct);
    }

    private static VolumeFile Read(Stream stream, VolumeLimits? limits, string accepted, CancellationToken ct)
    {
        var (volume, geometry, warnings) = NiftiFile.Read(stream, limits ?? VolumeLimits.Default, ct, accepted);
        return new VolumeFile(volume, geometry, warnings);
    }
}
