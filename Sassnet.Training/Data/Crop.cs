using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>A box cut from a scan: image and, for labelled scans, mask, X fastest.</summary>
/// <param name="Size">The box.</param>
/// <param name="Image">Normalised intensities.</param>
/// <param name="Mask">The structures by their numbers, counted from 1; null for an unlabelled scan.</param>
public sealed record Crop(GridSize Size, float[] Image, byte[]? Mask)
{
    /// <summary>Cuts a box that may reach beyond the scan; what lies outside is 0, the mean intensity and background.</summary>
    public static Crop Cut(TrainingScan scan, GridBox box) =>
        new(box.Size, box.Take(scan.Image, scan.Size, 0f), scan.Mask is null ? null : box.Take(scan.Mask, scan.Size, (byte)0));

    /// <summary>Turned by a quarter turn in the x–y plane as many times as told, then mirrored along x or y if told: the sizes of x and y may swap.</summary>
    /// <param name="quarterTurns">0 to 3.</param>
    /// <param name="mirror">0 for x, 1 for y, null for none.</param>
    public Crop Turned(int quarterTurns, int? mirror)
    {
        var size = quarterTurns % 2 == 0 ? Size : new GridSize(Size.Y, Size.X, Size.Z);
        var from = new int[size.X * size.Y];
        for (var y = 0; y < size.Y; y++)
        {
            for (var x = 0; x < size.X; x++)
            {
                var (mx, my) = (mirror == 0 ? size.X - 1 - x : x, mirror == 1 ? size.Y - 1 - y : y);
                var (sx, sy) = quarterTurns switch
                {
                    0 => (mx, my),
                    1 => (my, Size.Y - 1 - mx),
                    2 => (Size.X - 1 - mx, Size.Y - 1 - my),
                    _ => (Size.X - 1 - my, mx),
                };
                from[x + (size.X * y)] = sx + (Size.X * sy);
            }
        }

        return new Crop(size, Gather(Image, from), Mask is null ? null : Gather(Mask, from));
    }

    private static T[] Gather<T>(T[] source, int[] plane)
    {
        var result = new T[source.Length];
        for (var start = 0; start < source.Length; start += plane.Length)
        {
            for (var i = 0; i < plane.Length; i++)
                result[start + i] = source[start + plane[i]];
        }

        return result;
    }
}
