namespace Sassnet.Model.Pictures;

/// <summary>A picture with a line of text above it.</summary>
/// <param name="Picture">The picture; the montage does not dispose it.</param>
/// <param name="Caption">One line; empty for none.</param>
public sealed record Panel(Picture Picture, string Caption = "");

/// <summary>Panels in rows, with captions and a title.</summary>
public static class Montage
{
    private const int Gap = 10;
    private const int CaptionHeight = 22;
    private const float CaptionSize = 14;
    private const int TitleHeight = 32;
    private const float TitleSize = 18;

    /// <summary>Lays panels out, row by row; each cell is as large as the largest panel, and a caption too long for it is shortened.</summary>
    /// <param name="panels">At least one.</param>
    /// <param name="columns">Panels in a row, at least 1.</param>
    /// <param name="title">A line above all; empty for none.</param>
    /// <exception cref="ArgumentException">No panel.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one column.</exception>
    public static Picture Of(IReadOnlyList<Panel> panels, int columns, string title = "")
    {
        ArgumentNullException.ThrowIfNull(panels);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (panels.Count == 0)
            throw new ArgumentException("A montage has at least one panel; got none.", nameof(panels));
        columns = Math.Min(columns, panels.Count);
        var rows = (panels.Count + columns - 1) / columns;
        var (width, height) = (panels.Max(panel => panel.Picture.Width), panels.Max(panel => panel.Picture.Height));
        var captions = panels.Any(panel => panel.Caption.Length > 0) ? CaptionHeight : 0;
        var heading = title.Length > 0 ? TitleHeight : 0;
        var (cellWidth, cellHeight) = (width + Gap, height + captions + Gap);
        return Picture.Draw(Gap + (columns * cellWidth), Gap + heading + (rows * cellHeight), Palette.Background, canvas =>
        {
            if (heading > 0)
                Lettering.Write(canvas, title, Gap, Gap + TitleSize, TitleSize, Palette.Text);
            for (var i = 0; i < panels.Count; i++)
            {
                var (left, top) = (Gap + (i % columns * cellWidth), Gap + heading + (i / columns * cellHeight));
                Lettering.Write(canvas, Shortened(panels[i].Caption, width), left, top + CaptionSize + 1, CaptionSize, Palette.Text);
                var picture = panels[i].Picture;
                picture.DrawOn(canvas, left + ((width - picture.Width) / 2), top + captions + ((height - picture.Height) / 2));
            }
        });
    }

    private static string Shortened(string caption, int width)
    {
        var text = caption;
        for (var length = caption.Length - 1; length > 0 && Lettering.Width(text, CaptionSize) > width; length--)
            text = caption[..length] + "…";
        return text;
    }
}
