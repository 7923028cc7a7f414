using Sassnet.Model.Pictures;
using ScottPlot;
using SkiaSharp;

namespace Sassnet.Training.Comparison;

/// <summary>Lets plots use the font of <see cref="Lettering"/>, so that they have one on a machine without fonts.</summary>
internal sealed class PlotFont : IFontResolver
{
    private const string Name = "DejaVu Sans";

    /// <summary>Makes it the font of every plot of the process.</summary>
    public static void Use()
    {
        Fonts.FontResolvers.Insert(0, new PlotFont());
        Fonts.Default = Name;
    }

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => fontName == Name ? Lettering.Typeface : null;

    /// <inheritdoc/>
    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? Lettering.Typeface : null;
}
