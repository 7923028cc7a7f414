namespace Sassnet.Model.Morphology;

/// <summary>A union-find forest over the runs of a mask. The root of a tree is its first run, which makes the numbering of components deterministic.</summary>
internal sealed class RunForest
{
    private readonly int[] _parent;

    public RunForest(int runs)
    {
        _parent = new int[runs];
        for (var run = 0; run < runs; run++)
            _parent[run] = run;
    }

    /// <summary>The first run of the tree that a run belongs to; halves the path on the way.</summary>
    public int Root(int run)
    {
        while (_parent[run] != run)
        {
            _parent[run] = _parent[_parent[run]];
            run = _parent[run];
        }

        return run;
    }

    /// <summary>Joins the runs of two rows that overlap when one of them is made longer by <paramref name="reach"/> voxels at both ends.</summary>
    public void JoinRows(MaskRuns runs, (int Y, int Z) row, (int Y, int Z) other, int reach)
    {
        var (a, endA) = runs.OfRow(row.Y, row.Z);
        var (b, endB) = runs.OfRow(other.Y, other.Z);
        var shift = runs.Size.IndexOf(0, row.Y, row.Z) - runs.Size.IndexOf(0, other.Y, other.Z);
        while (a < endA && b < endB)
        {
            var (startA, stopA) = runs[a];
            var (startB, stopB) = (runs[b].Start + shift, runs[b].End + shift);
            if (startA < stopB + reach && startB < stopA + reach)
                Join(a, b);

            // The run that ends first can touch no later one.
            if (stopA < stopB)
                a++;
            else
                b++;
        }
    }

    private void Join(int a, int b)
    {
        var (rootA, rootB) = (Root(a), Root(b));
        if (rootA < rootB)
            _parent[rootB] = rootA;
        else
            _parent[rootA] = rootB;
    }
}
