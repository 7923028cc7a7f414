using Sassnet.Model.Volumes;

namespace Sassnet.Model.Inference.Passes;

/// <summary>
/// Where the windows of a sliding window lie: at multiples of the stride, the last one moved back to end with the volume, as in the published
/// evaluation. The windows are a product of three axes, and so is the number of windows that cover a voxel.
/// </summary>
public sealed class WindowGrid
{
    private readonly int[][] _starts;

    /// <summary>Lays windows over a volume.</summary>
    /// <param name="size">The volume, on each axis at least as long as a window.</param>
    /// <param name="window">The window.</param>
    /// <param name="stride">Steps between windows, from 1 to the window's length.</param>
    /// <exception cref="ArgumentException">The volume is smaller than a window.</exception>
    public WindowGrid(GridSize size, GridSize window, GridSize stride)
    {
        if (size.X < window.X || size.Y < window.Y || size.Z < window.Z)
            throw new ArgumentException($"A window of {window} does not fit into {size}; pad the volume first.", nameof(size));
        Size = size;
        Window = window;
        _starts = [.. Enumerable.Range(0, 3).Select(axis => Starts(size[axis], window[axis], stride[axis]))];
    }

    /// <summary>The volume.</summary>
    public GridSize Size { get; }

    /// <summary>One window.</summary>
    public GridSize Window { get; }

    /// <summary>The number of windows.</summary>
    public long Count => _starts.Aggregate(1L, (product, starts) => product * starts.Length);

    /// <summary>The first voxels of the windows, X slowest.</summary>
    public IEnumerable<(int X, int Y, int Z)> Origins =>
        from x in _starts[0] from y in _starts[1] from z in _starts[2] select (x, y, z);

    /// <summary>For each position along an axis the number of window positions of that axis that cover it; the product over the axes is a voxel's number of windows.</summary>
    public float[] Coverage(int axis)
    {
        var coverage = new float[Size[axis]];
        foreach (var start in _starts[axis])
        {
            foreach (ref var count in coverage.AsSpan(start, Window[axis]))
                count++;
        }

        return coverage;
    }

    private static int[] Starts(int length, int window, int stride) =>
        [.. Enumerable.Range(0, ((length - window + stride - 1) / stride) + 1).Select(i => Math.Min(i * stride, length - window))];
}
