using SkiaSharp;

namespace Sassnet.Model.Pictures.Slices;

/// <summary>Takes the steps of voxels off a closed line without shrinking it (Taubin, SIGGRAPH 1995).</summary>
internal static class LineSmoothing
{
    private const int Rounds = 6;
    private const float Shrink = 0.5f;
    private const float Inflate = -0.53f;

    /// <summary>The smoothed points, as many as there were.</summary>
    public static SKPoint[] Apply(SKPoint[] line)
    {
        for (var round = 0; round < Rounds; round++)
            line = Moved(Moved(line, Shrink), Inflate);
        return line;
    }

    private static SKPoint[] Moved(SKPoint[] line, float share)
    {
        var moved = new SKPoint[line.Length];
        for (var i = 0; i < line.Length; i++)
        {
            var (before, here, after) = (line[(i + line.Length - 1) % line.Length], line[i], line[(i + 1) % line.Length]);
            moved[i] = new SKPoint(here.X + (share * (((before.X + after.X) / 2) - here.X)), here.Y + (share * (((before.Y + after.Y) / 2) - here.Y)));
        }

        return moved;
    }
}
