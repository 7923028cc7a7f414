namespace Sassnet.Model.Dicom.Pixels;

/// <summary>Reads the compressed bytes of a frame.</summary>
internal static class CodedFrame
{
    // No coding makes noise much larger than it is; headers and markers fit into the rest.
    private const long SlackBytes = 1 << 20;

    /// <summary>The bytes of all its fragments together.</summary>
    /// <exception cref="Volumes.InvalidVolumeException">They are more than the frame can have been compressed to, or not there.</exception>
    public static byte[] Read(FrameSource frame)
    {
        var (fragments, layout, name) = (frame.Fragments, frame.Layout, frame.Name);
        using var file = File.OpenHandle(frame.Path);
        var length = fragments.Sum(fragment => fragment.Length);
        if (length > (2 * layout.FrameBytes) + SlackBytes)
            throw DicomFault.DecodeFailed($"The compressed pixels of {name} have {length} bytes; uncompressed they would have {layout.FrameBytes}.");
        var bytes = new byte[length];
        var at = 0;
        foreach (var fragment in fragments)
        {
            var part = bytes.AsSpan(at, (int)fragment.Length);
            if (RandomAccess.Read(file, part, fragment.Offset) < part.Length)
                throw DicomFault.DecodeFailed($"The compressed pixels of {name} are cut short.");
            at += part.Length;
        }

        return bytes;
    }
}
