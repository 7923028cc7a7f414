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

    /// <summary>An archive of entries that all have the same comment and content.</summary>
    public static byte[] WithComments(int entries, string comment, byte[] content)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var number = 0; number < entries; number++)
            {
                var entry = zip.CreateEntry($"{number}", CompressionLevel.Fastest);
                entry.Comment = comment;
                using var target = entry.Open();
                target.Write(content);
            }
        }

        return stream.ToArray();
    }

    /// <summary>An archive as it is made for a pipe: sizes and checksums come behind the contents.</summary>
    public static byte[] Streamed(params (string Name, byte[] Content)[] entries)
    {
        var bytes = new MemoryStream();
        using (var pipe = new Pipe(bytes))
        using (var zip = new ZipArchive(pipe, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>An archive that says by zip64 (APPNOTE 4.3.14) where its directory is.</summary>
    public static byte[] Zip64(params (string Name, byte[] Content)[] entries)
    {
        var bytes = Of(entries);
        var at = bytes.Length - EndBytes;
        var record = new byte[56 + 20];
        BinaryPrimitives.WriteUInt32LittleEndian(record, 0x06064B50);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(4), 44);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(24), entries.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(32), entries.Length);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(40), at - Directory(bytes));
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(48), Directory(bytes));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(56), 0x07064B50);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(64), at);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(72), 1);
        bytes.AsSpan(at + 8, 12).Fill(0xFF);
        return [.. bytes[..at], .. record, .. bytes[at..]];
    }

    /// <summary>An archive whose first entry says it is compressed by another method.</summary>
    public static byte[] WithMethod(short method, params (string Name, byte[] Content)[] entries)
    {
        var bytes = Of(entries);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(8), method);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(Directory(bytes) + 10), method);
        return bytes;
    }

    /// <summary>The second of two parts of an archive.</summary>
    public static byte[] Split(byte[] content)
    {
        var bytes = Of(("slice", content));
        bytes[^(EndBytes - 4)] = bytes[^(EndBytes - 6)] = 1;
        return bytes;
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

    /// <summary>A stream that can only be written to.</summary>
    private sealed class Pipe(Stream target) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => target.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => target.Write(buffer, offset, count);
    }
}
