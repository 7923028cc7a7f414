namespace Sassnet.Model.Volumes;

/// <summary>
/// The anatomical direction in which each voxel axis (X, Y, Z) runs, as three letters: R or L (right, left), A or P (front, back),
/// S or I (head, feet). "RAS" is the frame of NIfTI, "LPS" that of DICOM. A letter names the direction of growing index.
/// </summary>
public sealed record Orientation
{
    /// <summary>What <see cref="TryParse"/> accepts, for messages.</summary>
    public const string Accepted = "three letters, one each of R/L, A/P and S/I, such as RAS";

    private const string Letters = "RASLPI";

    private Orientation(string code) => Code = code;

    /// <summary>Right, front, head: the axes of the RAS frame itself.</summary>
    public static Orientation Ras { get; } = new("RAS");

    /// <summary>The three letters, for axes X, Y, Z.</summary>
    public string Code { get; }

    /// <summary>Reads a code such as "RAS" or "lps".</summary>
    /// <exception cref="ArgumentException">Not three letters, one from each of the pairs R/L, A/P, S/I in any order.</exception>
    public static Orientation Parse(string code) =>
        TryParse(code) ?? throw new ArgumentException($"'{code}' is no orientation; accepted: {Accepted}.", nameof(code));

    /// <summary>Reads a code such as "RAS" or "lps"; null where it is none.</summary>
    public static Orientation? TryParse(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        var letters = code.ToUpperInvariant();
        var sound = letters.Length == 3
            && letters.All(Letters.Contains)
            && letters.Select(letter => Letters.IndexOf(letter, StringComparison.Ordinal) % 3).Distinct().Count() == 3;
        return sound ? new Orientation(letters) : null;
    }

    /// <summary>The letter of the opposite direction, such as L for R.</summary>
    /// <exception cref="ArgumentException">Not one of R, L, A, P, S, I.</exception>
    public static char Opposite(char letter) => Letters.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var place
        ? Letters[(place + 3) % 6]
        : throw new ArgumentException($"'{letter}' is no direction; accepted: one of R, L, A, P, S, I.", nameof(letter));

    /// <summary>
    /// The orientation nearest to an affine: of the six ways to pair voxel axes with anatomical axes, the one with the largest sum of
    /// direction cosines. Oblique axes take the letter they lie closest to.
    /// </summary>
    public static Orientation Of(Affine affine)
    {
        ArgumentNullException.ThrowIfNull(affine);
        ReadOnlySpan<(int X, int Y, int Z)> pairings = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)];
        var size = affine.VoxelSize;
        var best = (0, 1, 2);
        var bestSum = double.NegativeInfinity;
        foreach (var (x, y, z) in pairings)
        {
            var sum = (Math.Abs(affine[x, 0]) / size.X) + (Math.Abs(affine[y, 1]) / size.Y) + (Math.Abs(affine[z, 2]) / size.Z);
            if (sum > bestSum)
                (bestSum, best) = (sum, (x, y, z));
        }

        return new Orientation(string.Concat(Letter(affine, best.Item1, 0), Letter(affine, best.Item2, 1), Letter(affine, best.Item3, 2)));
    }

    /// <inheritdoc/>
    public override string ToString() => Code;

    /// <summary>The anatomical axis a voxel axis runs along: 0 right–left, 1 front–back, 2 head–feet.</summary>
    public int AnatomicalAxis(int axis) => Letters.IndexOf(Code[axis], StringComparison.Ordinal) % 3;

    /// <summary>Whether the index grows towards R, A or S.</summary>
    internal bool IsPositive(int axis) => Letters.IndexOf(Code[axis], StringComparison.Ordinal) < 3;

    private static string Letter(Affine affine, int row, int column) => Letters.Substring(affine[row, column] < 0 ? row + 3 : row, 1);
}
