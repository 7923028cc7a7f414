using Sassnet.Model.Dicom.DataSets;

namespace Sassnet.Model.Dicom.Pixels;

/// <summary>Where a frame's pixels can be read by this library itself: plain numbers, or run lengths.</summary>
/// <param name="Path">The file.</param>
/// <param name="Fragments">Its bytes there.</param>
/// <param name="IsRle">Whether they are run lengths.</param>
/// <param name="IsBigEndian">Whether plain numbers have their highest byte first.</param>
/// <param name="Layout">How the pixels are stored.</param>
/// <param name="Name">How faults name the frame.</param>
internal sealed record FrameSource(string Path, IReadOnlyList<PixelFragment> Fragments, bool IsRle, bool IsBigEndian, PixelLayout Layout, string Name)
{
    /// <summary>Reads the frame: plain numbers in the machine's byte order, sign-extended.</summary>
    /// <param name="frame">Room for exactly the frame.</param>
    /// <exception cref="Volumes.InvalidVolumeException">The file does not have all of it.</exception>
    public void Read(Span<byte> frame)
    {
        if (IsRle)
            ReadRunLengths(frame);
        else
            ReadPlain(frame);
        StoredBits.Normalise(frame, Layout, IsBigEndian);
    }

    private void ReadRunLengths(Span<byte> frame)
    {
        using var coded = CodedFrame.Read(this);
        RleFrame.Decode(coded.Bytes, frame, Layout, Name);
    }

    private void ReadPlain(Span<byte> frame)
    {
        using var file = File.OpenHandle(Path);
        if (RandomAccess.Read(file, frame, Fragments[0].Offset) < frame.Length)
            throw DicomFault.DecodeFailed($"The pixels of {Name} are cut short: {frame.Length} bytes are needed.");
    }
}
