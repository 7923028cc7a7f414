using Sassnet.Api.TemporaryFiles;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.VolumeFiles;

namespace Sassnet.Api.Uploads;

/// <summary>What a request sent: the files of one volume, in a folder that goes with them and that reading them may use.</summary>
internal sealed class Upload(TemporarySubfolder folder) : IDisposable
{
    // Enough to tell a zip.
    private const int HeadBytes = 4;

    private List<string> _files = [];

    /// <summary>The files, in the order in which they came.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>A folder for what is unpacked or decoded while the files are read.</summary>
    public string Folder => folder.Path;

    /// <summary>Whether the files are DICOM.</summary>
    public bool IsDicom => VolumeFile.AreDicom(_files);

    /// <summary>Whether it is one zip file.</summary>
    public bool IsZip => _files is [var only] && ZippedFiles.IsZip(Head(only));

    /// <summary>A new file for the next part.</summary>
    public TemporaryFile Add()
    {
        var file = folder.NewFile();
        _files.Add(file.Path);
        return file;
    }

    /// <summary>Puts the DICOM files of the zip file in its place.</summary>
    /// <exception cref="Model.Volumes.InvalidVolumeException">The zip file is refused.</exception>
    public void Unpack(UploadOptions limits, CancellationToken cancellation)
    {
        var zip = _files[0];
        _files = [.. ZippedFiles.Extract(zip, Folder, limits.MaxFiles, limits.ForVolumes(), cancellation)];
        File.Delete(zip);
    }

    /// <inheritdoc/>
    public void Dispose() => folder.Dispose();

    private static byte[] Head(string path)
    {
        var head = new byte[HeadBytes];
        using var stream = File.OpenRead(path);
        return head[..stream.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)];
    }
}
