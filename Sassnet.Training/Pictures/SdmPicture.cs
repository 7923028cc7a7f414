using Sassnet.Model.Volumes;
using SkiaSharp;

namespace Sassnet.Training.Pictures;

/// <summary>A slice of a normalised signed distance map: blue inside, red outside, its zero in black.</summary>
public static class SdmPicture
{
    private const int BarWidth = 12;
    private const float TickSize = 11;

    /// <summary>Draws a slice in the same place and size as <see cref="SlicePicture.Of"/> draws it of a scan.</summary>
    /// <param name="sdm">Values in [−1, 1], negative inside.</param>
    /// <param name="plane">The plane.</param>
    /// <param name="index">The slice, along the grid's own axis from 0.</param>
    /// <param name="label">Outlined in orange where given; anything but 0 is foreground.</param>
    /// <param name="side">Pixels along the slice's longer side.</param>
    /// <exception cref="ArgumentException">The label has another grid than the map.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such slice, no such plane, or a side below 16.</exception>
    public static Picture Of(Volume sdm, AnatomicalPlane plane, int index, LabelMap? label = null, int side = 480)
    {
        ArgumentNullException.ThrowIfNull(sdm);
        var frame = new SliceFrame(sdm.Size, sdm.Affine, plane, index, side);
        var slice = frame.Take<float>(sdm.Voxels, voxel => voxel);

        // Marching squares takes the greater side for inside.
        var inside = slice with { Values = Array.ConvertAll(slice.Values, value => -value) };
        return Picture.Draw(frame.Width, frame.Height, Palette.Background, canvas =>
        {
            frame.Fill(canvas, slice, DivergingColours.At);
            frame.Outline(canvas, inside, 0, SKColors.Black);
            SlicePicture.Outline(canvas, frame, label, Palette.Label);
            frame.Letter(canvas);
            DrawBar(canvas, frame);
        });
    }

    private static void DrawBar(SKCanvas canvas, SliceFrame frame)
    {
        var (left, top, bottom) = (frame.Width - BarWidth - 6, 8, frame.Height / 3);
        using var paint = new SKPaint();
        for (var y = top; y <= bottom; y++)
        {
            paint.Color = DivergingColours.At(1 - (2f * (y - top) / Math.Max(1, bottom - top)));
            canvas.DrawRect(left, y, BarWidth, 1, paint);
        }

        foreach (var (text, y) in (ReadOnlySpan<(string, int)>)[("+1", top + (int)TickSize), ("0", (top + bottom) / 2), ("−1", bottom)])
            Lettering.Write(canvas, text, left - 4, y, TickSize, Palette.Text, SKTextAlign.Right, halo: true);
    }
}
