using Sassnet.Model.Volumes;
using SkiaSharp;

namespace Sassnet.Model.Pictures.Slices;

/// <summary>A slice of a scan in grey, with the contours of its label and of a prediction.</summary>
public static class SlicePicture
{
    private const float LegendSize = 13;

    /// <summary>
    /// Draws a slice as radiologists look at it, whatever the grid's own orientation: see <see cref="AnatomicalPlane"/>; letters at the edges say the
    /// directions. Voxels keep their shape; grey runs from the volume's 1st to its 99.5th percentile.
    /// </summary>
    /// <param name="image">The scan.</param>
    /// <param name="plane">The plane.</param>
    /// <param name="index">The slice, along the grid's own axis from 0; see <see cref="LargestSlice"/>.</param>
    /// <param name="label">Outlined in orange where given, every label in it by itself.</param>
    /// <param name="prediction">Outlined in blue where given, above the label.</param>
    /// <param name="side">Pixels along the slice's longer side.</param>
    /// <param name="colours">
    /// Of several labels the colour of each value, as <c>#rrggbb</c>: both outlines of a label have it then, and beside a prediction the label's is dashed, so that one label
    /// in the place of another is seen.
    /// </param>
    /// <param name="isInverted">Whether the scan's lowest values are white.</param>
    /// <exception cref="ArgumentException">A mask has another grid than the scan.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such slice, no such plane, or a side below 16.</exception>
    public static Picture Of(
        Volume image,
        AnatomicalPlane plane,
        int index,
        LabelMap? label = null,
        LabelMap? prediction = null,
        int side = 480,
        IReadOnlyDictionary<byte, string>? colours = null,
        bool isInverted = false)
    {
        ArgumentNullException.ThrowIfNull(image);
        var layout = new SliceLayout(image.Size, image.Affine, plane, index, side);
        var window = GreyWindow.Of(image.Voxels);
        var slice = layout.Take<float>(image.Voxels, voxel => voxel);
        var dashed = colours is not null && prediction is not null;
        return Picture.Draw(layout.Width, layout.Height, Palette.Background, canvas =>
        {
            layout.Fill(canvas, slice, value => Grey(isInverted ? (byte)(byte.MaxValue - window.Level(value)) : window.Level(value)));
            Outline(canvas, layout, label, value => colours is null ? Palette.Label : SKColor.Parse(colours[value]), dashed);
            Outline(canvas, layout, prediction, value => colours is null ? Palette.Prediction : SKColor.Parse(colours[value]));
            layout.Letter(canvas);
            if (label is not null)
                Legend(dashed ? "label, dashed" : "label", LegendSize + 5, Palette.Label);
            if (prediction is not null)
                Legend("prediction", (2 * LegendSize) + 9, Palette.Prediction);

            void Legend(string text, float baseline, SKColor colour) =>
                Lettering.Write(canvas, text, layout.Width - 6, baseline, LegendSize, colours is null ? colour : Palette.Text, SKTextAlign.Right, halo: true);
        });
    }

    /// <summary>Draws a slice of grey levels with contours, in the same place and size.</summary>
    /// <param name="image">The scan.</param>
    /// <param name="plane">The plane.</param>
    /// <param name="index">The slice, along the grid's own axis from 0.</param>
    /// <param name="masks">Outlined one above the other, each in its colour; every label in them by itself.</param>
    /// <param name="side">Pixels along the slice's longer side.</param>
    /// <exception cref="ArgumentException">The mask has another grid than the scan.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such slice, no such plane, or a side below 16.</exception>
    internal static Picture OfGrey(GreyVolume image, AnatomicalPlane plane, int index, IReadOnlyList<(LabelMap Mask, SKColor Colour)> masks, int side)
    {
        var layout = new SliceLayout(image.Size, image.Affine, plane, index, side);
        var slice = layout.Take<byte>(image.Levels, level => level);
        return Picture.Draw(layout.Width, layout.Height, Palette.Background, canvas =>
        {
            layout.Fill(canvas, slice, level => Grey((byte)level));
            foreach (var (mask, colour) in masks)
                Outline(canvas, layout, mask, _ => colour);
            layout.Letter(canvas);
        });
    }

    /// <summary>The slice in which a mask has the most foreground voxels, the first of equals; the middle one where it has none.</summary>
    /// <param name="mask">Anything but 0 is foreground.</param>
    /// <param name="plane">The plane.</param>
    /// <returns>The index of the slice, along the grid's own axis from 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such plane.</exception>
    public static int LargestSlice(LabelMap mask, AnatomicalPlane plane)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var depth = PlaneAxes.Of(mask.Affine, plane).Depth;
        var counts = new int[mask.Size[depth]];
        for (var (row, start) = (0, 0); start < mask.Labels.Length; row++, start += mask.Size.X)
        {
            var labels = mask.Labels.AsSpan(start, mask.Size.X);
            var foreground = labels.Length - labels.Count((byte)0);
            if (depth > 0)
                counts[depth == 1 ? row % mask.Size.Y : row / mask.Size.Y] += foreground;
            for (var x = 0; depth == 0 && foreground > 0 && x < labels.Length; x++)
                counts[x] += labels[x] != 0 ? 1 : 0;
        }

        var most = counts.Max();
        return most > 0 ? Array.IndexOf(counts, most) : counts.Length / 2;
    }

    /// <summary>Outlines each label of a mask on a slice of its grid, in the colour of its value.</summary>
    internal static void Outline(SKCanvas canvas, SliceLayout layout, LabelMap? mask, Func<byte, SKColor> colour, bool dashed = false)
    {
        if (mask is null)
            return;
        if (mask.Size != layout.Size)
            throw new ArgumentException($"The picture's grid is {layout.Size}; the mask's is {mask.Size}.", nameof(mask));
        foreach (var label in mask.Values)
            layout.Outline(canvas, layout.Take<byte>(mask.Labels, voxel => voxel == label ? 1 : 0), 0.5f, colour(label), dashed);
    }

    private static SKColor Grey(byte level) => new(level, level, level);
}
