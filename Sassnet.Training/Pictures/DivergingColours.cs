using SkiaSharp;

namespace Sassnet.Training.Pictures;

/// <summary>Blue below 0, white at 0, red above: ColorBrewer's RdBu turned round, interpolated between its classes.</summary>
internal static class DivergingColours
{
    private static readonly SKColor[] Stops =
    [
        new(0x05, 0x30, 0x61), new(0x21, 0x66, 0xAC), new(0x43, 0x93, 0xC3), new(0x92, 0xC5, 0xDE), new(0xD1, 0xE5, 0xF0), new(0xF7, 0xF7, 0xF7),
        new(0xFD, 0xDB, 0xC7), new(0xF4, 0xA5, 0x82), new(0xD6, 0x60, 0x4D), new(0xB2, 0x18, 0x2B), new(0x67, 0x00, 0x1F),
    ];

    /// <summary>The colour of a value from −1 to 1; values beyond take the end's colour.</summary>
    public static SKColor At(float value)
    {
        var position = (Math.Clamp(float.IsNaN(value) ? 0 : value, -1, 1) + 1) / 2 * (Stops.Length - 1);
        var below = Math.Min((int)position, Stops.Length - 2);
        var (from, to, share) = (Stops[below], Stops[below + 1], position - below);
        return new SKColor(Mix(from.Red, to.Red), Mix(from.Green, to.Green), Mix(from.Blue, to.Blue));

        byte Mix(byte a, byte b) => (byte)Math.Round(a + (share * (b - a)));
    }
}
