using System.Buffers.Binary;
using System.IO.Compression;

namespace Sassnet.Model.Tests.Dicom;

/// <summary>Zip files, sound and not.</summary>
public static class ZipBytes
{
    private const int EndBytes = 22;

    public static byte[] Of(params (string Name, byte[] Content)[] entries)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    /// <summary>An archive with a symbolic link.</summary>
    public static byte[] WithLink()
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry("link");
            entry.ExternalAttributes = unchecked((int)0xA1FF0000);
            using var content = entry.Open();
            content.Write("/etc/passwd"u8);
        }

        return stream.ToArray();
    }

    /// <summary>An archive whose entry says it is encrypted, in its own header and in the directory's.</summary>
    public static byte[] Encrypted(byte[] content)
    {
        var bytes = Of(("slice", content));
        bytes[6] |= 1;
        bytes[Directory(bytes) + 8] |= 1;
        return bytes;
    }

    /// <summary>An archive of one entry that declares another size than its content has.</summary>
    public static byte[] WithDeclaredSize(int size, byte[] content)
    {
        var bytes = Of(("slice", content));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), size);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Directory(bytes) + 24), size);
        return bytes;
    }

    /// <summary>An archive that declares another number of entries than it has.</summary>
    public static byte[] WithDeclaredCount(short count, params (string Name, byte[] Content)[] entries)
    {
        var bytes = Of(entries);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(bytes.Length - EndBytes + 8), count);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(bytes.Length - EndBytes + 10), count);
        return bytes;
    }

    private static int Directory(byte[] bytes) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - EndBytes + 16));
}
