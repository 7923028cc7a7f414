using Sassnet.Model.Files;
using SkiaSharp;

namespace Sassnet.Model.Pictures;

/// <summary>A drawn picture, opaque and in sRGB. Its pixels lie outside the garbage collector's memory; dispose it.</summary>
public sealed class Picture : IDisposable
{
    // A third of the time of Skia's defaults, and a twentieth more bytes.
    private static readonly SKPngEncoderOptions Png = new(SKPngEncoderFilterFlags.Paeth, zLibLevel: 4);

    private readonly SKBitmap _bitmap;

    private Picture(SKBitmap bitmap) => _bitmap = bitmap;

    /// <summary>Pixels from left to right.</summary>
    public int Width => _bitmap.Width;

    /// <summary>Pixels from top to bottom.</summary>
    public int Height => _bitmap.Height;

    /// <summary>The picture as the bytes of a PNG file.</summary>
    public byte[] ToPng()
    {
        using var pixels = _bitmap.PeekPixels();
        using var data = pixels!.Encode(Png)!;
        return data.ToArray();
    }

    /// <summary>Writes the picture as a PNG file; an existing one is replaced.</summary>
    public void Save(string path)
    {
        var png = ToPng();
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <inheritdoc/>
    public void Dispose() => _bitmap.Dispose();

    /// <summary>Draws on a canvas of one colour.</summary>
    internal static Picture Draw(int width, int height, SKColor background, Action<SKCanvas> draw)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(background);
        draw(canvas);
        return new Picture(bitmap);
    }

    /// <summary>Draws this picture on a canvas, its top left corner at a position, pixel on pixel.</summary>
    internal void DrawOn(SKCanvas canvas, float left, float top) => canvas.DrawBitmap(_bitmap, left, top);
}
