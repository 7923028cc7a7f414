using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>How far each structure of a mask reaches.</summary>
internal static class StructureBoxes
{
    /// <summary>The smallest box that holds each structure, in the order of their numbers; null for one that is not there.</summary>
    /// <param name="numbered">The structures by their numbers, counted from 1, and 0 elsewhere; X fastest.</param>
    /// <param name="grid">The mask's grid.</param>
    /// <param name="structures">How many structures.</param>
    public static GridBox?[] Of(ReadOnlySpan<byte> numbered, GridSize grid, int structures)
    {
        var boxes = new GridBox?[structures];
        for (var z = 0; z < grid.Z; z++)
        {
            for (var y = 0; y < grid.Y; y++)
            {
                var row = numbered.Slice(grid.IndexOf(0, y, z), grid.X);
                int end;
                for (var x = 0; x < row.Length; x = end)
                {
                    var number = row[x];
                    var length = row[x..].IndexOfAnyExcept(number);
                    end = length < 0 ? row.Length : x + length;
                    if (number == 0)
                        continue;
                    var run = new GridBox((x, y, z), new GridSize(end - x, 1, 1));
                    boxes[number - 1] = boxes[number - 1]?.Union(run) ?? run;
                }
            }
        }

        return boxes;
    }
}
