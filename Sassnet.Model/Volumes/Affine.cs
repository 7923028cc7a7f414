namespace Sassnet.Model.Volumes;

/// <summary>
/// Maps a voxel index (i, j, k) to a position in millimetres in the RAS frame of NIfTI: x to the patient's right, y to the front, z to the head.
/// Entry [row, column] has rows R, A, S and columns i, j, k, translation. Always finite and invertible.
/// </summary>
public sealed class Affine : IEquatable<Affine>
{
    /// <summary>
    /// How far from the origin along an axis anything of a patient may lie, in millimetres. No scanner is as large, and up to here single precision,
    /// in which surfaces are written, still tells a hundredth of a millimetre.
    /// </summary>
    public const double FarthestPosition = 1e5;

    private readonly double[] _entries;

    /// <summary>Makes an affine from its twelve entries, row by row.</summary>
    /// <exception cref="ArgumentException">Not twelve entries, one is not finite, or the 3×3 part is singular.</exception>
    public Affine(ReadOnlySpan<double> rowMajor)
    {
        if (rowMajor.Length != 12)
            throw new ArgumentException($"An affine has 12 entries (3 rows of 4); got {rowMajor.Length}.", nameof(rowMajor));
        foreach (var entry in rowMajor)
        {
            if (!double.IsFinite(entry))
                throw new ArgumentException($"An affine's entries are finite numbers; got {entry}.", nameof(rowMajor));
        }

        _entries = rowMajor.ToArray();
        if (Determinant == 0 || !double.IsFinite(1 / Determinant))
            throw new ArgumentException("An affine's 3x3 part must be invertible; its determinant is 0.", nameof(rowMajor));
    }

    /// <summary>The entry at row 0..2 (R, A, S) and column 0..3 (i, j, k, translation).</summary>
    public double this[int row, int column] => _entries[(row * 4) + column];

    /// <summary>The determinant of the 3×3 part in mm³; its sign tells the handedness.</summary>
    public double Determinant =>
        (this[0, 0] * ((this[1, 1] * this[2, 2]) - (this[1, 2] * this[2, 1])))
        - (this[0, 1] * ((this[1, 0] * this[2, 2]) - (this[1, 2] * this[2, 0])))
        + (this[0, 2] * ((this[1, 0] * this[2, 1]) - (this[1, 1] * this[2, 0])));

    /// <summary>The lengths of the three columns: the voxel's edges in millimetres.</summary>
    public VoxelSize VoxelSize => new(ColumnLength(0), ColumnLength(1), ColumnLength(2));

    /// <summary>Axes along R, A, S with the given voxel size and the first voxel at the origin.</summary>
    public static Affine Scaling(VoxelSize size) => new([size.X, 0, 0, 0, 0, size.Y, 0, 0, 0, 0, size.Z, 0]);

    /// <summary>The position in millimetres of a voxel index, which may be fractional.</summary>
    public (double R, double A, double S) Apply(double i, double j, double k) => (Row(0, i, j, k), Row(1, i, j, k), Row(2, i, j, k));

    /// <summary>The largest coordinate, in millimetres and without its sign, that a voxel of a grid has: that of a corner.</summary>
    public double Farthest(GridSize size)
    {
        var farthest = 0d;
        for (var corner = 0; corner < 8; corner++)
        {
            var (r, a, s) = Apply((corner & 1) * (size.X - 1), ((corner >> 1) & 1) * (size.Y - 1), (corner >> 2) * (size.Z - 1));
            farthest = Math.Max(farthest, Math.Max(Math.Abs(r), Math.Max(Math.Abs(a), Math.Abs(s))));
        }

        return farthest;
    }

    /// <summary>This affine after another that maps indices to indices: (this ∘ first).</summary>
    public Affine Compose(Affine first)
    {
        Span<double> product = stackalloc double[12];
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 4; column++)
            {
                var sum = column == 3 ? this[row, 3] : 0;
                for (var k = 0; k < 3; k++)
                    sum += this[row, k] * first[k, column];
                product[(row * 4) + column] = sum;
            }
        }

        return new Affine(product);
    }

    /// <inheritdoc/>
    public bool Equals(Affine? other) => other is not null && _entries.AsSpan().SequenceEqual(other._entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Affine);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var entry in _entries)
            hash.Add(entry);
        return hash.ToHashCode();
    }

    private double Row(int row, double i, double j, double k) => (this[row, 0] * i) + (this[row, 1] * j) + (this[row, 2] * k) + this[row, 3];

    private double ColumnLength(int column) =>
        Math.Sqrt((this[0, column] * this[0, column]) + (this[1, column] * this[1, column]) + (this[2, column] * this[2, column]));
}
