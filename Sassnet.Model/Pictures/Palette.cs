using SkiaSharp;

namespace Sassnet.Model.Pictures;

/// <summary>The colours of every picture. Label and prediction stay apart for the colour-blind, on grey too (Okabe and Ito, 2008).</summary>
internal static class Palette
{
    /// <summary>What was drawn by hand.</summary>
    public static readonly SKColor Label = new(0xFF, 0xB0, 0x00);

    /// <summary>What the network says.</summary>
    public static readonly SKColor Prediction = new(0x3D, 0xC1, 0xFF);

    /// <summary>Around scans and surfaces.</summary>
    public static readonly SKColor Background = new(0x12, 0x14, 0x18);

    /// <summary>Captions and letters on the background.</summary>
    public static readonly SKColor Text = new(0xE8, 0xEA, 0xED);

    /// <summary>What is wrong.</summary>
    public static readonly SKColor Fault = new(0xE5, 0x39, 0x35);
}
