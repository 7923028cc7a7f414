using System.Globalization;

namespace Sassnet.Model.Dicom.Results;

/// <summary>A screen's colour as DICOM records it: CIELab of the profile connection space, white D50, in 16 bits (PS3.3 C.10.7.1.1).</summary>
internal static class DisplayColour
{
    private const double Epsilon = 216.0 / 24389;
    private const double Kappa = 24389.0 / 27;

    // sRGB (IEC 61966-2-1) to XYZ, adapted from its white D65 to D50 by Bradford's transform (ICC.1 annex E).
    private static readonly double[,] ToXyz =
    {
        { 0.4360747, 0.3850649, 0.1430804 },
        { 0.2225045, 0.7168786, 0.0606169 },
        { 0.0139322, 0.0971045, 0.7141733 },
    };

    /// <summary>L* from 0 to 100 as 0 to 65535, then a* and b*, each from −128 to 127 as 0 to 65535.</summary>
    /// <param name="colour">"#rrggbb" in sRGB.</param>
    public static int[] CieLab(string colour)
    {
        var linear = new double[3];
        for (var channel = 0; channel < 3; channel++)
        {
            var value = int.Parse(colour.AsSpan(1 + (2 * channel), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            linear[channel] = value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        var (x, y, z) = (Response(linear, 0), Response(linear, 1), Response(linear, 2));
        return [Scaled((116 * y) - 16, 0, 100), Scaled(500 * (x - y), -128, 127), Scaled(200 * (y - z), -128, 127)];
    }

    /// <summary>The cube root of a part of white, linear near black (CIE 15).</summary>
    private static double Response(double[] linear, int row)
    {
        var (sum, white) = (0.0, 0.0);
        for (var channel = 0; channel < 3; channel++)
        {
            sum += ToXyz[row, channel] * linear[channel];
            white += ToXyz[row, channel];
        }

        var part = sum / white;
        return part > Epsilon ? Math.Cbrt(part) : ((Kappa * part) + 16) / 116;
    }

    private static int Scaled(double value, double lowest, double highest) =>
        (int)Math.Round((Math.Clamp(value, lowest, highest) - lowest) / (highest - lowest) * ushort.MaxValue);
}
