using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Uploads;

/// <summary>Reads the volume of an upload, whichever format it came in.</summary>
/// <param name="files">Its files.</param>
/// <param name="scratch">A folder for what is decoded on the way.</param>
/// <param name="series">The series to take; null where there is only one.</param>
/// <param name="decoder">What decodes compressed DICOM.</param>
/// <param name="limits">What to refuse as too large.</param>
internal sealed class VolumeSource(SeriesFiles files, string scratch, string? series, PixelDecoder decoder, VolumeLimits limits)
{
    /// <summary>How much was sent, in bytes; of a zip, what was in it.</summary>
    public long Bytes => files.Files.Sum(file => new FileInfo(file.Path).Length);

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidVolumeException">The files are no volume.</exception>
    public VolumeFile Read(CancellationToken cancellation) => VolumeFile.Read(files, series, scratch, decoder, limits, cancellation);
}
