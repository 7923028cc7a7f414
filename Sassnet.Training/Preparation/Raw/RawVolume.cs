using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Preparation.Raw;

/// <summary>Reads a raw scan or label: a NIfTI file, or a folder with the DICOM files of one series.</summary>
internal static class RawVolume
{
    /// <summary>Whether it is a folder of DICOM files, which training does not read.</summary>
    public static bool IsSeries(string path) => Directory.Exists(path);

    /// <summary>Reads it.</summary>
    /// <param name="path">The file or the folder.</param>
    /// <param name="cancellationToken">Stops between parts of a file, and between files.</param>
    /// <exception cref="InvalidVolumeException">It is no volume that can be used.</exception>
    /// <exception cref="IOException">It cannot be read, or is gone since the folder was listed.</exception>
    public static VolumeFile Read(string path, CancellationToken cancellationToken)
    {
        if (!IsSeries(path))
            return VolumeFile.Read(path, ct: cancellationToken);
        var files = FolderListing.Files(path).Where(file => RawFile.Of(file) == RawFileKind.Dicom).ToList();
        if (files.Count == 0)
            throw new FileNotFoundException($"There is no DICOM file in '{path}' any more.");
        var scratch = Directory.CreateTempSubdirectory("sassnet-prepare-");
        try
        {
            return VolumeFile.Read(SeriesFiles.Of(files), series: null, scratch.FullName, new PixelDecoder(new PixelDecoderOptions(), NullLogger.Instance), ct: cancellationToken);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }
}
