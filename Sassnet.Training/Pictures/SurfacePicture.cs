using System.Numerics;
using Sassnet.Model.Morphology;
using Sassnet.Model.Volumes;
using SkiaSharp;

namespace Sassnet.Training.Pictures;

/// <summary>Surfaces of masks, shaded. For looking at only: the steps of voxels are smoothed away.</summary>
public static class SurfacePicture
{
    // Each pixel is the mean of 2 × 2, which takes the steps off edges.
    private const int Supersampling = 2;
    private const float Margin = 0.03f;

    /// <summary>Draws a label and a prediction side by side, from the front above and from the back below, all at one scale.</summary>
    /// <param name="label">Anything but 0 is foreground; drawn in orange.</param>
    /// <param name="prediction">The same; drawn in blue.</param>
    /// <param name="side">Pixels along each of the four panels.</param>
    /// <param name="title">A line above all; empty for none.</param>
    public static Picture Compare(LabelMap label, LabelMap prediction, int side = 360, string title = "")
    {
        var (labelMesh, predictionMesh) = (Extract(label), Extract(prediction));
        SurfaceMesh[] both = [labelMesh, predictionMesh];
        var panels = new List<Panel>();
        try
        {
            foreach (var (view, from) in ((SurfaceView, string)[])[(SurfaceView.Front, "from the front"), (SurfaceView.Back, "from the back")])
            {
                panels.Add(new Panel(Of(labelMesh, view, Palette.Label, side, both), $"label, {from}"));
                panels.Add(new Panel(Of(predictionMesh, view, Palette.Prediction, side, both), $"prediction, {from}"));
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
    /// <param name="side">Pixels along each side, at least 16.</param>
    /// <param name="framed">The surfaces that must all fit, so that pictures of several compare; this one alone where omitted.</param>
    public static Picture Of(SurfaceMesh mesh, SurfaceView view, SKColor colour, int side = 360, IReadOnlyList<SurfaceMesh>? framed = null)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(view);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 16);
        if (mesh.Triangles.Count == 0)
            return Picture.Draw(side, side, Palette.Background, canvas => Lettering.Write(canvas, "empty", side / 2, side / 2, 16, Palette.Text, SKTextAlign.Center));

        var (centre, radius) = Sphere(framed ?? [mesh]);
        var size = side * Supersampling;
        var scale = size * (0.5f - Margin) / radius;
        var middle = new Vector3(size / 2f);
        var raster = new SurfaceRaster(size, Palette.Background);
        raster.Draw(Array.ConvertAll(MeshSmoothing.Apply(mesh), vertex => (scale * view.Turn(vertex - centre)) + middle), mesh.Triangles, colour);
        using var bitmap = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque)) { Pixels = raster.Pixels };
        using var image = SKImage.FromBitmap(bitmap);
        return Picture.Draw(side, side, Palette.Background, canvas =>
            canvas.DrawImage(image, new SKRect(0, 0, side, side), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.None), null));
    }

    private static SurfaceMesh Extract(LabelMap mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        var field = new Volume(mask.Size, Array.ConvertAll(mask.Labels, label => label == 0 ? 0f : 1f), mask.Affine);
        return SurfaceMesh.Extract(field, 0.5f);
    }

    // A sphere fits whatever the view.
    private static (Vector3 Centre, float Radius) Sphere(IReadOnlyList<SurfaceMesh> meshes)
    {
        var vertices = meshes.SelectMany(mesh => mesh.Vertices).ToList();
        var centre = (vertices.Aggregate(Vector3.Min) + vertices.Aggregate(Vector3.Max)) / 2;
        return (centre, vertices.Max(vertex => Vector3.Distance(vertex, centre)));
    }
}
