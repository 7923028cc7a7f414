using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Uploads;

/// <summary>Reads the volume of an upload, whichever format it came in.</summary>
internal sealed class VolumeSource(Upload upload, string? series, PixelDecoder decoder, VolumeLimits limits)
{
    /// <summary>How much was sent, in bytes; of a zip, what was in it.</summary>
    public long Bytes => upload.Files.Files.Sum(file => new FileInfo(file.Path).Length);

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidVolumeException">The files are no volume.</exception>
    public VolumeFile Read(CancellationToken cancellation) => VolumeFile.Read(upload.Files, series, upload.Folder, decoder, limits, cancellation);
}
