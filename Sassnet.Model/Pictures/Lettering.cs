using SkiaSharp;

namespace Sassnet.Model.Pictures;

/// <summary>Writes text on pictures in the font that is built into this assembly, so that they look the same on a machine without fonts.</summary>
public static class Lettering
{
    /// <summary>The built-in font, DejaVu Sans; for the process's lifetime.</summary>
    public static readonly SKTypeface Typeface = LoadTypeface();

    /// <summary>Writes a line whose baseline starts, ends or is centred at a position.</summary>
    /// <param name="canvas">Where.</param>
    /// <param name="text">One line.</param>
    /// <param name="x">Pixels from the left.</param>
    /// <param name="baseline">Pixels from the top.</param>
    /// <param name="size">The em in pixels.</param>
    /// <param name="colour">The text's colour.</param>
    /// <param name="align">What lies at <paramref name="x"/>.</param>
    /// <param name="halo">Whether the text has a dark rim, to be read on any scan.</param>
    internal static void Write(
        SKCanvas canvas, string text, float x, float baseline, float size, SKColor colour, SKTextAlign align = SKTextAlign.Left, bool halo = false)
    {
        using var font = new SKFont(Typeface, size) { Edging = SKFontEdging.Antialias, Subpixel = true };
        if (halo)
        {
            using var rim = new SKPaint { Color = SKColors.Black.WithAlpha(0xC0), IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = size / 5 };
            canvas.DrawText(text, x, baseline, align, font, rim);
        }

        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        canvas.DrawText(text, x, baseline, align, font, paint);
    }

    /// <summary>The width of a line in pixels.</summary>
    internal static float Width(string text, float size)
    {
        using var font = new SKFont(Typeface, size) { Subpixel = true };
        return font.MeasureText(text);
    }

    private static SKTypeface LoadTypeface()
    {
        using var stream = typeof(Lettering).Assembly.GetManifestResourceStream("DejaVuSans.ttf")!;
        return SKTypeface.FromStream(stream);
    }
}
