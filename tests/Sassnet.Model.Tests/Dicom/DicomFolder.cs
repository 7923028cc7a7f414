using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Dicom.Series;
using Sassnet.Model.VolumeFiles;
using Sassnet.Model.Volumes;
using Xunit;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>A temporary folder of DICOM files with random names, and a scratch folder that reading has to itself.</summary>
internal sealed class DicomFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sassnet-dicom-tests-");

    public DicomFolder(params IEnumerable<byte[]> files)
    {
        Scratch = _folder.CreateSubdirectory("scratch").FullName;
        Paths = [];
        foreach (var file in files)
            Add(file);
    }

    public string Scratch { get; }

    public List<string> Paths { get; }

    public string Path => _folder.FullName;

    public string Add(byte[] file)
    {
        var path = System.IO.Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, file);
        Paths.Add(path);
        return path;
    }

    // What a busy machine does in a minute says nothing about a decoder; the limit has tests of its own.
    private static PixelDecoderOptions Patient => new() { TimeLimit = TimeSpan.FromMinutes(10) };

    public DicomVolume Read(string? series = null, PixelDecoderOptions? decoder = null, VolumeLimits? limits = null) => DicomSeries.Read(
        [.. Paths.Select((path, index) => new SeriesFile(index + 1, path))],
        series,
        Scratch,
        new PixelDecoder(decoder ?? Patient, NullLogger.Instance),
        limits,
        TestContext.Current.CancellationToken);

    /// <summary>Reads what is a volume's of files of any kind.</summary>
    public VolumeFile ReadChosen() => VolumeFile.Read(
        SeriesFiles.Of(Paths), null, Scratch, new PixelDecoder(Patient, NullLogger.Instance), ct: TestContext.Current.CancellationToken);

    public InvalidVolumeException Fault(string? series = null, PixelDecoderOptions? decoder = null, VolumeLimits? limits = null) =>
        Assert.Throws<InvalidVolumeException>(() => Read(series, decoder, limits));

    public void Dispose() => _folder.Delete(recursive: true);
}
