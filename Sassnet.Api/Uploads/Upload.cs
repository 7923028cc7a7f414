using System.Security.Cryptography;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Model.Dicom.Archives;
using Sassnet.Model.Nifti;
using Sassnet.Model.VolumeFiles;

namespace Sassnet.Api.Uploads;

/// <summary>What a request sent: the files of one volume, in a folder that goes with them and that reading them may use.</summary>
internal sealed class Upload(TemporarySubfolder folder) : IDisposable
{
    private readonly List<string> _received = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The files as received, in the order in which they came.</summary>
    public IReadOnlyList<string> Received => _received;

    /// <summary>Those of the volume, once <see cref="Choose"/> has found them.</summary>
    public SeriesFiles Files { get; private set; } = new([], false, []);

    /// <summary>A folder for what is unpacked or decoded while the files are read.</summary>
    public string Folder => folder.Path;

    /// <summary>Whether the files are DICOM.</summary>
    public bool IsDicom => Files.IsDicom;

    /// <summary>A new file for the next part.</summary>
    public TemporaryFile Add()
    {
        var file = folder.NewFile();
        _received.Add(file.Path);
        return file;
    }

    /// <summary>Takes bytes of the newest file into the hash.</summary>
    public void Hash(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>
    /// The SHA-256 of the bytes of all files received so far, one after the other in the order in which they came and nothing between them (of one file, that
    /// file's), in lower-case hexadecimal digits.
    /// </summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>Finds the files of the volume among those received, or in the one zip file that was.</summary>
    /// <exception cref="Model.Volumes.InvalidVolumeException">The zip file is refused, a file that may be a damaged slice, or a volume in two files.</exception>
    public void Choose(UploadOptions limits, CancellationToken cancellation)
    {
        if (_received is [var zip] && FileKind.Of(zip) == FileKind.Zip)
        {
            Files = ZippedFiles.Extract(zip, Folder, limits.MaxFiles, limits.ForVolumes(), cancellation, folder.Add);
            File.Delete(zip);
        }
        else
        {
            Files = SeriesFiles.Of(_received);

            // Else they were said to be volumes of their own, and then each to be none.
            if (Files is { IsDicom: false, Files.Count: > 1 })
                NiftiFile.RefusePair(_received, VolumeFile.Accepted);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hash.Dispose();
        folder.Dispose();
    }
}
