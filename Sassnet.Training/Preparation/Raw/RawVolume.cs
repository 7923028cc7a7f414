using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Preparation.Raw;

/// <summary>Reads a raw scan or label: a NIfTI file, or a folder with the DICOM files of one series.</summary>
internal static class RawVolume
{
    /// <summary>Whether it is a folder of DICOM files, which training does not read.</summary>
    public static bool IsSeries(string path) => Directory.Exists(path);

    /// <summary>The files of a folder in which somebody has drawn on a scan in a form that is not read, each with its modality.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Stops between files.</param>
    /// <exception cref="IOException">A file cannot be read, or is gone since the folder was listed.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static IReadOnlyList<(string Path, string Modality)> Drawn(string folder, CancellationToken cancellationToken)
    {
        var drawn = new List<(string Path, string Modality)>();
        foreach (var file in DicomFiles(folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (DrawnObject.ModalityOf(file, cancellationToken) is { } modality)
                drawn.Add((file, modality));
        }

        return drawn;
    }

    /// <summary>Reads it.</summary>
    /// <param name="path">The file or the folder.</param>
    /// <param name="cancellationToken">Stops between parts of a file, and between files.</param>
    /// <exception cref="InvalidVolumeException">It is no volume that can be used.</exception>
    /// <exception cref="IOException">It cannot be read, or is gone since the folder was listed.</exception>
    public static VolumeFile Read(string path, CancellationToken cancellationToken)
    {
        if (!IsSeries(path))
            return VolumeFile.Read(path, ct: cancellationToken);
        var files = DicomFiles(path).ToList();
        if (files.Count == 0)
            throw new FileNotFoundException($"There is no DICOM file in '{path}' any more.");
        var scratch = Directory.CreateTempSubdirectory("sassnet-prepare-");
        try
        {
            return VolumeFile.Read(SeriesFiles.Of(files), series: null, scratch.FullName, new PixelDecoder(new PixelDecoderOptions(), NullLogger.Instance), ct: cancellationToken);
        }
        catch (InvalidVolumeException fault) when (fault.WithoutAdvice is { } seen)
        {
            // Nothing on the command line names a series.
            throw new InvalidVolumeException(fault.Kind, fault.Slug, $"{seen} Put the files of each series into a folder of its own, directly in the folder of the scans.", fault) { WithoutAdvice = seen };
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> DicomFiles(string folder) => FolderListing.Files(folder).Where(file => RawFile.Of(file) == RawFileKind.Dicom);
}
