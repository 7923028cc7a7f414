using System.IO.Compression;
using Sassnet.Model.Compression;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.DataSets;

/// <summary>Inflates the data set of a deflated file (PS3.5 A.5) into a file of its own, under the limits for compressed files.</summary>
internal static class InflatedDataSet
{
    private const int BufferBytes = 128 << 10;

    /// <summary>Writes what follows the stream's position, inflated, into a new file.</summary>
    /// <returns>The path of the new file.</returns>
    /// <exception cref="InvalidVolumeException">It is damaged or passes a limit.</exception>
    public static string Write(Stream source, string scratch, ExpansionLimit expansion, CancellationToken ct)
    {
        var path = Path.Combine(scratch, Guid.NewGuid().ToString("N"));
        using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        using var inflate = new DeflateStream(source, CompressionMode.Decompress, leaveOpen: true);
        var buffer = new byte[BufferBytes];
        int count;
        while ((count = Read(inflate, buffer)) > 0)
        {
            ct.ThrowIfCancellationRequested();
            expansion.Add(count);
            target.Write(buffer, 0, count);
        }

        return path;
    }

    /// <summary>Inflates as many bytes as there are at once, 0 at the end.</summary>
    /// <exception cref="InvalidVolumeException">It is damaged.</exception>
    public static int Read(DeflateStream inflate, Span<byte> buffer)
    {
        try
        {
            return inflate.Read(buffer);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidVolumeException(InvalidVolumeKind.Malformed, "corrupt-deflate", "The deflated DICOM data set is damaged; send the file again.", fault);
        }
    }
}
