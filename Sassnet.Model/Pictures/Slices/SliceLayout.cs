using Sassnet.Model.Volumes;
using SkiaSharp;

namespace Sassnet.Model.Pictures.Slices;

/// <summary>How a slice of a grid fills a picture: voxels keep their shape, and the directions at the edges are lettered.</summary>
internal sealed class SliceLayout
{
    private const float LetterSize = 15;
    private const float ContourWidth = 2;

    // In pixels: a dash, and the gap after it.
    private static readonly float[] Dash = [7, 5];

    private readonly AnatomicalPlane _plane;
    private readonly int _index;

    /// <summary>Lays a slice out.</summary>
    /// <param name="size">The grid.</param>
    /// <param name="affine">Voxel index → RAS millimetres.</param>
    /// <param name="plane">The plane to look at.</param>
    /// <param name="index">The slice, along the grid's own axis.</param>
    /// <param name="side">Pixels along the slice's longer side in millimetres.</param>
    public SliceLayout(GridSize size, Affine affine, AnatomicalPlane plane, int index, int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 16);
        (_plane, _index) = (plane, index);
        Size = size;
        Axes = PlaneAxes.Of(affine, plane);
        var (widthMm, heightMm) = (size[Axes.Column] * affine.VoxelSize[Axes.Column], size[Axes.Row] * affine.VoxelSize[Axes.Row]);
        var scale = side / Math.Max(widthMm, heightMm);
        (Width, Height) = (Math.Max(1, (int)Math.Round(widthMm * scale)), Math.Max(1, (int)Math.Round(heightMm * scale)));
    }

    /// <summary>The grid.</summary>
    public GridSize Size { get; }

    /// <summary>How the plane lies in the grid.</summary>
    public PlaneAxes Axes { get; }

    /// <summary>The picture's width in pixels.</summary>
    public int Width { get; }

    /// <summary>The picture's height in pixels.</summary>
    public int Height { get; }

    /// <summary>The slice of voxels on the grid.</summary>
    public PlaneSlice Take<T>(ReadOnlySpan<T> voxels, Func<T, float> value) => PlaneSlice.Of(voxels, Size, Axes, _index, value);

    /// <summary>Fills the picture with a slice's values as colours, interpolated.</summary>
    public void Fill(SKCanvas canvas, PlaneSlice slice, Func<float, SKColor> colour)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(slice.Width, slice.Height, SKColorType.Rgba8888, SKAlphaType.Opaque))
        {
            Pixels = Array.ConvertAll(slice.Values, value => colour(value)),
        };
        using var image = SKImage.FromBitmap(bitmap);
        canvas.DrawImage(image, new SKRect(0, 0, Width, Height), new SKSamplingOptions(SKCubicResampler.Mitchell), null);
    }

    /// <summary>Draws where a slice's values cross a value, the steps of voxels smoothed away.</summary>
    public void Outline(SKCanvas canvas, PlaneSlice slice, float isoValue, SKColor colour, bool dashed = false)
    {
        var (scaleX, scaleY) = ((float)Width / slice.Width, (float)Height / slice.Height);
        using var path = new SKPath();
        foreach (var line in new MarchingSquares(slice, isoValue).Run())
            path.AddPoly(Array.ConvertAll(LineSmoothing.Apply(line), point => new SKPoint((point.X + 0.5f) * scaleX, (point.Y + 0.5f) * scaleY)), close: true);
        using var rounded = SKPathEffect.CreateCorner(Math.Max(scaleX, scaleY));
        using var dash = SKPathEffect.CreateDash(Dash, 0);
        using var broken = SKPathEffect.CreateCompose(dash, rounded);
        var effect = dashed ? broken : rounded;
        using var rim = Stroke(SKColors.Black.WithAlpha(0x70), ContourWidth + 2, effect);
        using var stroke = Stroke(colour, ContourWidth, effect);
        canvas.DrawPath(path, rim);
        canvas.DrawPath(path, stroke);
    }

    /// <summary>Writes the anatomical directions at the edges, and the plane with its slice.</summary>
    public void Letter(SKCanvas canvas)
    {
        var middle = (Height / 2) + (LetterSize / 3);
        Lettering.Write(canvas, Axes.Letters[..1], 5, middle, LetterSize, Palette.Text, halo: true);
        Lettering.Write(canvas, Axes.Letters[1..2], Width - 5, middle, LetterSize, Palette.Text, SKTextAlign.Right, halo: true);
        Lettering.Write(canvas, Axes.Letters[2..3], Width / 2, LetterSize + 3, LetterSize, Palette.Text, SKTextAlign.Center, halo: true);
        Lettering.Write(canvas, Axes.Letters[3..], Width / 2, Height - 6, LetterSize, Palette.Text, SKTextAlign.Center, halo: true);
        var position = $"{_plane.ToString().ToLowerInvariant()} {_index + 1}/{Size[Axes.Depth]}";
        Lettering.Write(canvas, position, 6, Height - 6, LetterSize - 3, Palette.Text, halo: true);
    }

    private static SKPaint Stroke(SKColor colour, float width, SKPathEffect effect) => new()
    {
        Color = colour,
        IsAntialias = true,
        Style = SKPaintStyle.Stroke,
        StrokeWidth = width,
        StrokeJoin = SKStrokeJoin.Round,
        PathEffect = effect,
    };
}
