namespace Sassnet.Model.Morphology;

/// <summary>The first pass: squared distances along one row of a mask.</summary>
internal static class DistanceRow
{
    /// <summary>
    /// Fills a row with the squared distance to its nearest target voxel, +∞ when it has none. Between two target voxels the values climb to
    /// the middle and fall again, so whole gaps are copied from the table of squares instead of being swept voxel by voxel.
    /// </summary>
    public static void Fill(ReadOnlySpan<byte> mask, DistanceTarget target, SquaredSteps steps, Span<float> squared)
    {
        var position = 0;
        while (true)
        {
            var gap = target == DistanceTarget.Foreground ? mask[position..].IndexOfAnyExcept((byte)0) : mask[position..].IndexOf((byte)0);
            if (gap < 0)
            {
                FillTail(squared[position..], position > 0, steps);
                return;
            }

            FillGap(squared.Slice(position, gap), position > 0, steps);
            position += gap;
            var run = target == DistanceTarget.Foreground ? mask[position..].IndexOf((byte)0) : mask[position..].IndexOfAnyExcept((byte)0);
            if (run < 0)
            {
                squared[position..].Clear();
                return;
            }

            squared.Slice(position, run).Clear();
            position += run;
        }
    }

    private static void FillGap(Span<float> gap, bool targetBefore, SquaredSteps steps)
    {
        var climbing = targetBefore ? gap.Length / 2 : 0;
        if (climbing > 0)
            steps.Squares.Slice(1, climbing).CopyTo(gap);
        steps.Descending(gap.Length - climbing).CopyTo(gap[climbing..]);
    }

    private static void FillTail(Span<float> tail, bool targetBefore, SquaredSteps steps)
    {
        if (targetBefore)
            steps.Squares.Slice(1, tail.Length).CopyTo(tail);
        else
            tail.Fill(float.PositiveInfinity);
    }
}
