using System.Numerics;
using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;
using SkiaSharp;

namespace Sassnet.Model.Pictures.Surfaces;

/// <summary>Surfaces of masks, shaded. For looking at only: the steps of voxels are smoothed away.</summary>
public static class SurfacePicture
{
    // Each pixel is the mean of 2 × 2, which takes the steps off edges.
    private const int Supersampling = 2;

    // On every side, as a share of the width.
    private const float Margin = 0.03f;

    /// <summary>Draws a label and a prediction side by side, from the front above and from the back below, all at one scale.</summary>
    /// <param name="label">Anything but 0 is foreground; drawn in orange.</param>
    /// <param name="prediction">The same; drawn in blue.</param>
    /// <param name="width">Pixels from left to right of each of the four panels.</param>
    /// <param name="title">A line above all; empty for none.</param>
    /// <param name="colours">Of several labels the colour of each value, as <c>#rrggbb</c>: each has a surface of its own then, in its colour on both sides.</param>
    public static Picture Compare(LabelMap label, LabelMap prediction, int width = 360, string title = "", IReadOnlyDictionary<byte, string>? colours = null)
    {
        var (ofLabel, ofPrediction) = (Extract(label, Palette.Label, colours), Extract(prediction, Palette.Prediction, colours));
        SurfaceMesh[] both = [.. ofLabel.Concat(ofPrediction).Select(one => one.Mesh)];
        var panels = new List<Panel>();
        try
        {
            foreach (var (view, from) in ((SurfaceView, string)[])[(SurfaceView.Front, "from the front"), (SurfaceView.Back, "from the back")])
            {
                panels.Add(new Panel(Of(ofLabel, view, width, both), $"label, {from}"));
                panels.Add(new Panel(Of(ofPrediction, view, width, both), $"prediction, {from}"));
            }

            return Montage.Of(panels, 2, title);
        }
        finally
        {
            panels.ForEach(panel => panel.Picture.Dispose());
        }
    }

    /// <summary>Draws one surface.</summary>
    /// <param name="mesh">In RAS millimetres; where it is empty the picture says so.</param>
    /// <param name="view">From where.</param>
    /// <param name="colour">Under full light.</param>
    /// <param name="width">Pixels from left to right, at least 16; the height is what the surfaces need at the scale that this gives.</param>
    /// <param name="framed">
    /// The surfaces that must all fit, so that pictures of several compare; this one alone where omitted. Their pictures have one scale in every view, and one
    /// size in one view.
    /// </param>
    public static Picture Of(SurfaceMesh mesh, SurfaceView view, SKColor colour, int width = 360, IReadOnlyList<SurfaceMesh>? framed = null) =>
        Of([(mesh, colour)], view, width, framed);

    /// <summary>Draws surfaces as they lie before and behind each other.</summary>
    /// <param name="meshes">In RAS millimetres, and under full light; where all are empty the picture says so.</param>
    /// <param name="view">From where.</param>
    /// <param name="width">As above.</param>
    /// <param name="framed">As above; these where omitted.</param>
    public static Picture Of(IReadOnlyList<(SurfaceMesh Mesh, SKColor Colour)> meshes, SurfaceView view, int width, IReadOnlyList<SurfaceMesh>? framed = null)
    {
        ArgumentNullException.ThrowIfNull(meshes);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 16);
        var vertices = (framed ?? meshes.Select(one => one.Mesh)).SelectMany(MeshSmoothing.Positions).ToList();
        if (vertices.Count == 0)
            return Nothing(width, width);

        // A sphere around all fits whatever the view; above and below it is cut to what this view shows.
        var centre = (vertices.Aggregate(Vector3.Min) + vertices.Aggregate(Vector3.Max)) / 2;
        var scale = width * (0.5f - Margin) / Math.Max(vertices.Max(vertex => Vector3.Distance(vertex, centre)), float.Epsilon);
        var heights = vertices.ConvertAll(vertex => view.Turn(vertex - centre).Y);
        var (low, high) = (heights.Min(), heights.Max());
        var height = (int)MathF.Ceiling((scale * (high - low)) + (2 * Margin * width));
        return meshes.All(one => one.Mesh.Triangles.Count == 0)
            ? Nothing(width, height)
            : Shaded(meshes, vertex => (scale * (view.Turn(vertex - centre) - new Vector3(0, (low + high) / 2, 0))) + (new Vector3(width, height, 0) / 2), width, height);
    }

    private static Picture Nothing(int width, int height) => Picture.Draw(width, height, Palette.Background, canvas =>
        Lettering.Write(canvas, "empty", width / 2, height / 2, 16, Palette.Text, SKTextAlign.Center));

    private static Picture Shaded(IReadOnlyList<(SurfaceMesh Mesh, SKColor Colour)> meshes, Func<Vector3, Vector3> toPixels, int width, int height)
    {
        var fine = new SKImageInfo(width * Supersampling, height * Supersampling, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var raster = new SurfaceRaster(fine.Width, fine.Height, Palette.Background);
        foreach (var (mesh, colour) in meshes)
            raster.Draw(Array.ConvertAll(MeshSmoothing.Apply(mesh), vertex => Supersampling * toPixels(vertex)), [.. mesh.Triangles], colour);
        using var bitmap = new SKBitmap(fine) { Pixels = raster.Pixels };
        using var image = SKImage.FromBitmap(bitmap);
        return Picture.Draw(width, height, Palette.Background, canvas =>
            canvas.DrawImage(image, new SKRect(0, 0, width, height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.None), null));
    }

    private static IReadOnlyList<(SurfaceMesh Mesh, SKColor Colour)> Extract(LabelMap mask, SKColor usual, IReadOnlyDictionary<byte, string>? colours)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return colours is null
            ? [(Extract(mask), usual)]
            : [.. colours.Select(label => (Extract(mask.Only(label.Key)), SKColor.Parse(label.Value)))];
    }

    private static SurfaceMesh Extract(LabelMap mask)
    {
        var field = new Volume(mask.Size, Array.ConvertAll(mask.Labels, label => label == 0 ? 0f : 1f), mask.Affine);
        return SurfaceMesh.Extract(field, 0.5f);
    }
}
