using Sassnet.Model.Packages;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Results;

/// <summary>Draws slices of a scan in grey with the contours of a segmentation: the pixels of a label with a neighbour of another within the slice.</summary>
internal sealed class SliceContours
{
    /// <summary>Bytes of a pixel.</summary>
    public const int Samples = 3;

    private readonly GreyVolume _scan;
    private readonly LabelMap _labels;
    private readonly byte[][] _colours = new byte[byte.MaxValue + 1][];

    /// <summary>Begins with the colours of all labels.</summary>
    public SliceContours(GreyVolume scan, LabelMap labels, IReadOnlyList<Label> described)
    {
        (_scan, _labels) = (scan, labels);
        foreach (var label in described)
            _colours[label.Value] = Convert.FromHexString((label.Colour ?? DicomSegmentation.UsualColour).AsSpan(1));
    }

    /// <summary>The bytes of a slice: red, green, blue, from left to right and from top to bottom.</summary>
    public byte[] Draw(int slice)
    {
        var size = _scan.Size;
        var pixels = new byte[size.X * size.Y * Samples];
        var at = 0;
        for (var y = size.Y - 1; y >= 0; y--)
        {
            for (var x = 0; x < size.X; x++, at += Samples)
            {
                var voxel = size.IndexOf(x, y, slice);
                var label = _labels.Labels[voxel];
                if (label != 0 && IsAtEdge(x, y, voxel, label))
                    _colours[label].CopyTo(pixels, at);
                else
                    pixels.AsSpan(at, Samples).Fill(_scan.Levels[voxel]);
            }
        }

        return pixels;
    }

    private bool IsAtEdge(int x, int y, int voxel, byte label)
    {
        var (size, labels) = (_scan.Size, _labels.Labels);
        return x == 0 || y == 0 || x == size.X - 1 || y == size.Y - 1
            || labels[voxel - 1] != label || labels[voxel + 1] != label
            || labels[voxel - size.X] != label || labels[voxel + size.X] != label;
    }
}
