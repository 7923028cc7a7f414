using Sassnet.Model.Volumes;
using SkiaSharp;

namespace Sassnet.Model.Pictures.Slices;

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
        var layout = new SliceLayout(sdm.Size, sdm.Affine, plane, index, side);
        var slice = layout.Take<float>(sdm.Voxels, voxel => voxel);

        // Marching squares takes the greater side for inside.
        var inside = slice with { Values = Array.ConvertAll(slice.Values, value => -value) };
        return Picture.Draw(layout.Width, layout.Height, Palette.Background, canvas =>
        {
            layout.Fill(canvas, slice, DivergingColours.At);
            layout.Outline(canvas, inside, 0, SKColors.Black);
            SlicePicture.Outline(canvas, layout, label, _ => Palette.Label);
            layout.Letter(canvas);
            DrawBar(canvas, layout);
        });
    }

    private static void DrawBar(SKCanvas canvas, SliceLayout layout)
    {
        var (left, top, bottom) = (layout.Width - BarWidth - 6, 8, layout.Height / 3);
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

/// <summary>Blue below 0, white at 0, red above: ColorBrewer's RdBu turned round, interpolated between its classes.</summary>
internal static class DivergingColours
{
    private static readonly SKColor[] Stops =
    [
        new(0x05, 0x30, 0x61), new(0x21, 0x66, 0xAC), new(0x43, 0x93, 0xC3), new(0x92, 0xC5, 0xDE), new(0xD1, 0xE5, 0xF0), new(0xF7, 0xF7, 0xF7),
        new(0xFD, 0xDB, 0xC7), new(0xF4, 0xA5, 0x82), new(0xD6, 0x60, 0x4D), new(0xB2, 0x18, 0x2B), new(0x67, 0x00, 0x1F),
    ];

    /// <summary>The colour of a value from −1 to 1; values beyond take the end's colour.</summary>
    public static SKColor At(float value)
    {
        var position = (Math.Clamp(float.IsNaN(value) ? 0 : value, -1, 1) + 1) / 2 * (Stops.Length - 1);
        var below = Math.Min((int)position, Stops.Length - 2);
        var (from, to, share) = (Stops[below], Stops[below + 1], position - below);
        return new SKColor(Mix(from.Red, to.Red), Mix(from.Green, to.Green), Mix(from.Blue, to.Blue));

        byte Mix(byte a, byte b) => (byte)Math.Round(a + (share * (b - a)));
    }
}
