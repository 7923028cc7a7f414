using System.Buffers;
using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Pixels;

/// <summary>The compressed bytes of a frame, in a buffer that is given back by disposing it.</summary>
internal readonly ref struct CodedFrame : IDisposable
{
    // No coding makes noise much larger than it is; headers and markers fit into the rest.
    private const long SlackBytes = 1 << 20;

    private readonly byte[] _buffer;

    private CodedFrame(byte[] buffer, int length)
    {
        _buffer = buffer;
        Bytes = buffer.AsSpan(0, length);
    }

    /// <summary>The bytes of all its fragments together.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Reads them.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">They are more than the frame can have been compressed to, or not there.</exception>
    public static CodedFrame Read(FrameSource frame)
    {
        var length = frame.Fragments.Sum(fragment => fragment.Length);
        if (length > Math.Min((2 * frame.Layout.FrameBytes) + SlackBytes, Array.MaxLength))
            throw DicomFault.DecodeFailed($"The compressed pixels of {frame.Name} have {length} bytes; uncompressed they would have {frame.Layout.FrameBytes}.");

        using var file = File.OpenHandle(frame.Path);
        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        var at = 0;
        foreach (var fragment in frame.Fragments)
        {
            var part = buffer.AsSpan(at, (int)fragment.Length);
            if (RandomAccess.Read(file, part, fragment.Offset) < part.Length)
                throw DicomFault.DecodeFailed($"The compressed pixels of {frame.Name} are cut short.");
            at += part.Length;
        }

        return new CodedFrame(buffer, at);
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
