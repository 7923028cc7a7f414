using Sassnet.Model.Morphology;
using Sassnet.Model.Pictures.Slices;
using Sassnet.Model.Pictures.Surfaces;
using Sassnet.Model.Volumes;
using SkiaSharp;

namespace Sassnet.Model.Pictures.Previews;

/// <summary>A segmentation at a glance: three planes through its largest sections, and its surface.</summary>
public static class PreviewPicture
{
    private const int Side = 480;

    /// <summary>Draws it, two by two.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="segmentation">On the scan's grid; anything but 0 is foreground.</param>
    /// <param name="surface">The segmentation's, in RAS millimetres.</param>
    /// <param name="colour">Of contours and surface, as <c>#rrggbb</c>; a usual one where null.</param>
    /// <param name="title">A line above all; empty for none.</param>
    /// <exception cref="ArgumentException">The segmentation has another grid than the scan, or the colour is none.</exception>
    public static Picture Of(GreyVolume scan, LabelMap segmentation, SurfaceMesh surface, string? colour, string title)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(segmentation);
        ArgumentNullException.ThrowIfNull(surface);
        var drawn = colour is null ? Palette.Prediction : SKColor.Parse(colour);
        List<Panel> panels = [];
        try
        {
            foreach (var plane in Enum.GetValues<AnatomicalPlane>())
                panels.Add(new Panel(SlicePicture.OfGrey(scan, plane, SlicePicture.LargestSlice(segmentation, plane), segmentation, drawn, Side)));
            panels.Add(new Panel(SurfacePicture.Of(surface, SurfaceView.Front, drawn, Side)));
            return Montage.Of(panels, columns: 2, title);
        }
        finally
        {
            panels.ForEach(panel => panel.Picture.Dispose());
        }
    }
}
