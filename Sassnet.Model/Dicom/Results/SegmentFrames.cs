using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Results;

/// <summary>A frame of a segmentation object.</summary>
/// <param name="Segment">The segment it shows; 0 where it shows all by their numbers.</param>
/// <param name="Slice">The slice of the volume it lies in.</param>
internal readonly record struct SegmentFrame(int Segment, int Slice);

/// <summary>The frames of a segmentation: those with a segmented pixel, segment by segment; one of zeros where there is none.</summary>
internal sealed class SegmentFrames
{
    private readonly LabelMap _labels;
    private readonly byte[] _numberOfValue;

    private SegmentFrames(LabelMap labels, byte[] numberOfValue, SegmentationEncoding encoding, IReadOnlyList<SegmentFrame> frames)
    {
        (_labels, _numberOfValue) = (labels, numberOfValue);
        (Encoding, All) = (encoding, frames);
    }

    /// <summary>How they are stored; never <see cref="SegmentationEncoding.Auto"/>.</summary>
    public SegmentationEncoding Encoding { get; }

    /// <summary>The frames, in their order in the object.</summary>
    public IReadOnlyList<SegmentFrame> All { get; }

    /// <summary>Bits that a pixel takes.</summary>
    public int BitsAllocated => Encoding == SegmentationEncoding.Binary ? 1 : 8;

    /// <summary>Finds the frames of a segmentation.</summary>
    /// <param name="labels">The segmentation.</param>
    /// <param name="described">What its values mean; segments are numbered from 1 in this order.</param>
    /// <param name="asked">How they are to be stored.</param>
    /// <exception cref="ArgumentException">A value has no label.</exception>
    public static SegmentFrames Of(LabelMap labels, IReadOnlyList<Label> described, SegmentationEncoding asked)
    {
        var numberOfValue = new byte[byte.MaxValue + 1];
        for (var segment = 1; segment <= described.Count; segment++)
            numberOfValue[described[segment - 1].Value] = (byte)segment;
        if (labels.Labels.AsSpan().IndexOfAnyExcept(described.Select(label => label.Value).Append((byte)0).ToArray()) is >= 0 and var at)
            throw new ArgumentException($"The segmentation has the value {labels.Labels[at]}, which is no label's.", nameof(labels));

        var count = labels.Size.X * labels.Size.Y;
        bool Shows(int slice, byte? value)
        {
            var pixels = labels.Labels.AsSpan(slice * count, count);
            return value is { } one ? pixels.Contains(one) : pixels.ContainsAnyExcept((byte)0);
        }

        List<SegmentFrame> Slices(int segment, byte? value) =>
            [.. Enumerable.Range(0, labels.Size.Z).Where(slice => Shows(slice, value)).Select(slice => new SegmentFrame(segment, slice))];

        var isLabelMap = asked == SegmentationEncoding.LabelMap;
        List<SegmentFrame> frames = isLabelMap ? Slices(0, null) : [.. described.SelectMany((label, index) => Slices(index + 1, label.Value))];
        if (frames.Count == 0)
            frames.Add(new SegmentFrame(isLabelMap ? 0 : 1, 0));
        return new SegmentFrames(labels, numberOfValue, EncodingChoice.Of(asked, labels.Size, frames.Count), frames);
    }

    /// <summary>Bytes of all pixels, made even (PS3.5 8.1.1).</summary>
    public long PaddedBytes => (((long)_labels.Size.X * _labels.Size.Y * All.Count * BitsAllocated) + 15) / 16 * 2;

    /// <summary>Writes the pixels, frame after frame, rows from top to bottom again.</summary>
    public void Write(Stream stream)
    {
        var written = 0L;
        if (Encoding == SegmentationEncoding.Binary)
        {
            var bits = Pack();
            stream.Write(bits);
            written = bits.Length;
        }
        else
        {
            var row = new byte[_labels.Size.X];
            foreach (var frame in All)
            {
                var value = ValueOf(frame);
                for (var y = _labels.Size.Y - 1; y >= 0; y--)
                {
                    var from = Row(frame, y);
                    for (var x = 0; x < row.Length; x++)
                        row[x] = value[from[x]];
                    stream.Write(row);
                    written += row.Length;
                }
            }
        }

        if (written < PaddedBytes)
            stream.WriteByte(0);
    }

    /// <summary>A bit for each pixel, the lowest bit of a byte first; frames follow each other without a gap.</summary>
    private byte[] Pack()
    {
        var bytes = new byte[PaddedBytes];
        var bit = 0L;
        foreach (var frame in All)
        {
            var value = ValueOf(frame);
            for (var y = _labels.Size.Y - 1; y >= 0; y--)
            {
                foreach (var label in Row(frame, y))
                {
                    if (value[label] != 0)
                        bytes[bit >> 3] |= (byte)(1 << (int)(bit & 7));
                    bit++;
                }
            }
        }

        return bytes;
    }

    /// <summary>What a frame has for each value of the segmentation.</summary>
    private byte[] ValueOf(SegmentFrame frame) => frame.Segment == 0
        ? _numberOfValue
        : Array.ConvertAll(_numberOfValue, number => number == frame.Segment ? byte.MaxValue : (byte)0);

    private ReadOnlySpan<byte> Row(SegmentFrame frame, int y) => _labels.Labels.AsSpan(_labels.Size.IndexOf(0, y, frame.Slice), _labels.Size.X);
}
