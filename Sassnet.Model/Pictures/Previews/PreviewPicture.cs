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
    /// <param name="segmentation">On the scan's grid; anything but 0 is foreground. The planes are those of its largest sections.</param>
    /// <param name="labels">
    /// What is drawn: of each label its mask on the scan's grid, its surface in RAS millimetres, and the colour of both as <c>#rrggbb</c>; a usual one where null.
    /// </param>
    /// <param name="title">A line above all; empty for none.</param>
    /// <exception cref="ArgumentException">The segmentation has another grid than the scan, or the colour is none.</exception>
    public static Picture Of(GreyVolume scan, LabelMap segmentation, IReadOnlyList<(LabelMap Mask, SurfaceMesh Surface, string? Colour)> labels, string title)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentNullException.ThrowIfNull(segmentation);
        ArgumentNullException.ThrowIfNull(labels);
        var drawn = labels.Select(label => (label.Mask, label.Surface, Colour: label.Colour is null ? Palette.Prediction : SKColor.Parse(label.Colour))).ToList();
        List<Panel> panels = [];
        try
        {
            foreach (var plane in Enum.GetValues<AnatomicalPlane>())
                panels.Add(new Panel(SlicePicture.OfGrey(scan, plane, SlicePicture.LargestSlice(segmentation, plane), [.. drawn.Select(label => (label.Mask, label.Colour))], Side)));
            panels.Add(new Panel(SurfacePicture.Of([.. drawn.Select(label => (label.Surface, label.Colour))], SurfaceView.Front, Side)));
            return Montage.Of(panels, columns: 2, title);
        }
        finally
        {
            panels.ForEach(panel => panel.Picture.Dispose());
        }
    }
}
