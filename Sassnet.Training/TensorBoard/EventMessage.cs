using System.Buffers.Binary;
using System.Text;

namespace Sassnet.Training.TensorBoard;

/// <summary>The four kinds of TensorBoard's <c>Event</c> message a training run writes, encoded as Protocol Buffers.</summary>
internal static class EventMessage
{
    // Field numbers of tensorflow.Event, Summary, Summary.Value, Summary.Image and SessionLog.
    private const int WallTime = 1;
    private const int Step = 2;
    private const int FileVersion = 3;
    private const int SummaryField = 5;
    private const int SessionLog = 7;
    private const int SummaryValue = 1;
    private const int ValueTag = 1;
    private const int ValueSimple = 2;
    private const int ValueImage = 4;
    private const int ImageHeight = 1;
    private const int ImageWidth = 2;
    private const int ImageColours = 3;
    private const int ImageBytes = 4;
    private const ulong Rgba = 4;
    private const int SessionStatus = 1;
    private const byte SessionStart = 1;

    // Wire types.
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    /// <summary>The first event of every file: its format's version.</summary>
    public static byte[] Version(DateTimeOffset time)
    {
        var message = Start(time);
        WriteDelimited(message, FileVersion, "brain.Event:2"u8);
        return message.ToArray();
    }

    /// <summary>A (re)start: readers drop what earlier files hold from this step on.</summary>
    public static byte[] Restart(DateTimeOffset time, long step)
    {
        var message = Start(time, step);
        WriteDelimited(message, SessionLog, [(SessionStatus << 3) | Varint, SessionStart]);
        return message.ToArray();
    }

    /// <summary>One scalar.</summary>
    public static byte[] Scalar(DateTimeOffset time, string tag, float value, long step)
    {
        var entry = new MemoryStream();
        WriteDelimited(entry, ValueTag, Encoding.UTF8.GetBytes(tag));
        WriteKey(entry, ValueSimple, Fixed32);
        Span<byte> bits = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bits, value);
        entry.Write(bits);

        return Summary(time, entry, step);
    }

    /// <summary>One picture, as the bytes of a PNG file.</summary>
    public static byte[] Picture(DateTimeOffset time, string tag, int width, int height, ReadOnlySpan<byte> png, long step)
    {
        var image = new MemoryStream();
        WriteNumber(image, ImageHeight, (ulong)height);
        WriteNumber(image, ImageWidth, (ulong)width);
        WriteNumber(image, ImageColours, Rgba);
        WriteDelimited(image, ImageBytes, png);

        var entry = new MemoryStream();
        WriteDelimited(entry, ValueTag, Encoding.UTF8.GetBytes(tag));
        WriteDelimited(entry, ValueImage, image.ToArray());
        return Summary(time, entry, step);
    }

    private static byte[] Summary(DateTimeOffset time, MemoryStream entry, long step)
    {
        var summary = new MemoryStream();
        WriteDelimited(summary, SummaryValue, entry.ToArray());
        var message = Start(time, step);
        WriteDelimited(message, SummaryField, summary.ToArray());
        return message.ToArray();
    }

    private static MemoryStream Start(DateTimeOffset time, long step = 0)
    {
        var message = new MemoryStream();
        WriteKey(message, WallTime, Fixed64);
        Span<byte> seconds = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(seconds, (time - DateTimeOffset.UnixEpoch).TotalSeconds);
        message.Write(seconds);
        if (step != 0)
            WriteNumber(message, Step, (ulong)step);
        return message;
    }

    private static void WriteNumber(MemoryStream message, int field, ulong value)
    {
        WriteKey(message, field, Varint);
        WriteVarint(message, value);
    }

    private static void WriteDelimited(MemoryStream message, int field, ReadOnlySpan<byte> bytes)
    {
        WriteKey(message, field, Delimited);
        WriteVarint(message, (ulong)bytes.Length);
        message.Write(bytes);
    }

    private static void WriteKey(MemoryStream message, int field, int wireType) => WriteVarint(message, (ulong)((field << 3) | wireType));

    private static void WriteVarint(MemoryStream message, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            message.WriteByte((byte)(value | 0x80));
        message.WriteByte((byte)value);
    }
}
