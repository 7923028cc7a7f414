using Sassnet.Model.Volumes;

namespace Sassnet.Model.Morphology;

/// <summary>A mask as runs of foreground voxels along X, in the order of the voxels.</summary>
internal sealed class MaskRuns
{
    private readonly List<(int Start, int End)> _runs;
    private readonly int[] _firstOfRow;

    private MaskRuns(GridSize size, List<(int Start, int End)> runs, int[] firstOfRow)
    {
        Size = size;
        _runs = runs;
        _firstOfRow = firstOfRow;
    }

    /// <summary>The mask's grid.</summary>
    public GridSize Size { get; }

    /// <summary>How many runs there are.</summary>
    public int Count => _runs.Count;

    /// <summary>Collects the runs of a mask.</summary>
    public static MaskRuns Of(ReadOnlySpan<byte> mask, GridSize size)
    {
        var runs = new List<(int Start, int End)>();
        var firstOfRow = new int[(size.Y * size.Z) + 1];
        for (var row = 0; row < size.Y * size.Z; row++)
        {
            var end = (row + 1) * size.X;
            for (var position = row * size.X; position < end;)
            {
                var gap = mask[position..end].IndexOfAnyExcept((byte)0);
                if (gap < 0)
                    break;
                var start = position + gap;
                var length = mask[start..end].IndexOf((byte)0);
                position = length < 0 ? end : start + length;
                runs.Add((start, position));
            }

            firstOfRow[row + 1] = runs.Count;
        }

        return new MaskRuns(size, runs, firstOfRow);
    }

    /// <summary>The runs of a row: the first, and one past the last.</summary>
    public (int First, int End) OfRow(int y, int z)
    {
        var row = y + (Size.Y * z);
        return (_firstOfRow[row], _firstOfRow[row + 1]);
    }

    /// <summary>The voxels of a run as indices into the mask: the first, and one past the last.</summary>
    public (int Start, int End) this[int run] => _runs[run];
}
