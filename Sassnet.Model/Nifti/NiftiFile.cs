using System.IO.Compression;
using Sassnet.Model.Compression;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Nifti;

/// <summary>A volume as read from a NIfTI file.</summary>
/// <param name="Volume">The voxels, scaled as the header asks, all finite, in millimetres.</param>
/// <param name="Geometry">The header's own geometry, for writing results on exactly the same grid.</param>
/// <param name="Warnings">What the header says that was not taken at its word, never a string from the header.</param>
public sealed record NiftiVolume(Volume Volume, NiftiGeometry Geometry, IReadOnlyList<Warning> Warnings);

/// <summary>Reads NIfTI files, plain or gzipped.</summary>
public static class NiftiFile
{
    /// <summary>What is read here.</summary>
    public const string Accepted = "one NIfTI-1 or NIfTI-2 volume, .nii or .nii.gz";

    /// <summary>Reads a file: NIfTI-1 or NIfTI-2, plain or gzipped, found from the content; from the start of the stream.</summary>
    /// <param name="stream">The file's bytes; must be seekable. It stays open.</param>
    /// <param name="limits">What to refuse as too large.</param>
    /// <param name="ct">Checked about every mebibyte; not while a gzip file of at most 64 MB is inflated at one go.</param>
    /// <param name="accepted">What a refusal of another format says is accepted, where that is more.</param>
    /// <exception cref="InvalidVolumeException">The file is not a volume this library can use.</exception>
    public static NiftiVolume Read(Stream stream, VolumeLimits limits, CancellationToken ct, string accepted = Accepted)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(limits);
        if (stream.Length == 0)
            throw new InvalidVolumeException(InvalidVolumeKind.Malformed, "empty-upload", "The file is empty (0 bytes); a NIfTI file is accepted.");

        stream.Position = 0;
        if (!CheckedGzipStream.IsGzip(stream))
            return NiftiReader.Read(stream, stream.Length, limits, accepted, ct);

        using var content = new CheckedGzipStream(stream, limits, ct);
        return ReadGzip(content, limits, accepted, ct);
    }

    /// <summary>Refuses files among which is the header of a pair (.hdr and .img, gzipped or not), by the words with which that file alone is: each of a pair by itself is no volume either.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="accepted">What the refusal says is accepted.</param>
    /// <exception cref="InvalidVolumeException">One is such a header.</exception>
    public static void RefusePair(IEnumerable<string> paths, string accepted)
    {
        ArgumentNullException.ThrowIfNull(paths);
        foreach (var path in paths)
        {
            var head = HeadOf(path);
            if (NiftiEncoding.IsOfPair(head))
                _ = NiftiEncoding.Recognise(head, accepted);
        }
    }

    private static byte[] HeadOf(string path)
    {
        using var stream = File.OpenRead(path);
        var head = new byte[NiftiEncoding.HeadLength];
        if (!CheckedGzipStream.IsGzip(stream))
            return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        try
        {
            using var content = new GZipStream(stream, CompressionMode.Decompress);
            return head[..content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    private static NiftiVolume ReadGzip(CheckedGzipStream content, VolumeLimits limits, string accepted, CancellationToken ct)
    {
        try
        {
            var file = NiftiReader.Read(content, content.LongestContent, limits, accepted, ct);
            content.Drain();
            return file;
        }
        catch (InvalidVolumeException fault) when (!content.IsCorrupt && fault.Kind != InvalidVolumeKind.NotServable)
        {
            // A bomb or a damaged stream is the better answer than what is wrong with the bytes inside.
            content.DrainWhileSuspect();
            throw;
        }
    }
}
