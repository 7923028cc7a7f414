using Sassnet.Model.Dicom;

namespace Sassnet.Model.Volumes;

/// <summary>A volume as read from a file.</summary>
/// <param name="Volume">The voxels, scaled as the header asks, all finite, in millimetres.</param>
/// <param name="Geometry">The header's own geometry, for writing results on exactly the same grid.</param>
/// <param name="Warnings">What the header says that was not taken at its word, one sentence each; never a string from the header.</param>
public sealed record VolumeFile(Volume Volume, VolumeGeometry Geometry, IReadOnlyList<string> Warnings)
{
    /// <summary>The DICOM series it was read from; null for other formats.</summary>
    public DicomSource? Dicom { get; init; }

    // DeflateStream asks for 8 KiB at a time; this makes one system call of sixteen.
    private const int FileBuffer = 128 << 10;

    /// <summary>Reads a file: NIfTI-1 or NIfTI-2, plain or gzipped, found from the content and never from the name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What to refuse as too large; <see cref="VolumeLimits.Default"/> where omitted.</param>
    /// <param name="ct">Checked about every mebibyte.</param>
    /// <exception cref="InvalidVolumeException">The file is not a volume this library can use.</exception>
    public static VolumeFile Read(string path, VolumeLimits? limits = null, CancellationToken ct = default)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileBuffer, FileOptions.SequentialScan);
        return Read(stream, limits, ct);
    }

    /// <summary>Reads a file that is already open, from its start.</summary>
    /// <param name="stream">The file's bytes; must be seekable. It stays open.</param>
    /// <param name="limits">What to refuse as too large; <see cref="VolumeLimits.Default"/> where omitted.</param>
    /// <param name="ct">Checked about every mebibyte.</param>
    /// <exception cref="InvalidVolumeException">The file is not a volume this library can use.</exception>
    public static VolumeFile Read(Stream stream, VolumeLimits? limits = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        limits ??= VolumeLimits.Default;
        if (stream.Length == 0)
            throw new InvalidVolumeException(InvalidVolumeKind.Malformed, "empty-upload", "The file is empty (0 bytes); a NIfTI file is accepted.");

        stream.Position = 0;
        if (!CheckedGzipStream.IsGzip(stream))
            return NiftiReader.Read(stream, stream.Length, limits, ct);

        using var content = new CheckedGzipStream(stream, limits, ct);
        return ReadGzip(content, limits, ct);
    }

    private static VolumeFile ReadGzip(CheckedGzipStream content, VolumeLimits limits, CancellationToken ct)
    {
        try
        {
            var file = NiftiReader.Read(content, content.LongestContent, limits, ct);
            content.Drain();
            return file;
        }
        catch (InvalidVolumeException fault) when (!content.IsFaulty && fault.Kind != InvalidVolumeKind.NotServable)
        {
            // A bomb or a damaged stream is the better answer than what is wrong with the bytes inside.
            content.Drain(CheckedGzipStream.RatioCountsFrom + 1);
            throw;
        }
    }
}
