using Sassnet.Model.Preprocessing;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Pictures;

/// <summary>Which axes of a grid run along a plane's columns and rows, and which one counts its slices. Oblique grids are shown along their own axes.</summary>
/// <param name="Column">The axis from left to right in the picture.</param>
/// <param name="ColumnFlipped">Whether its index falls from left to right.</param>
/// <param name="Row">The axis from top to bottom in the picture.</param>
/// <param name="RowFlipped">Whether its index falls from top to bottom.</param>
/// <param name="Depth">The axis that counts slices.</param>
/// <param name="Letters">The anatomical directions at the picture's left, right, top and bottom.</param>
internal sealed record PlaneAxes(int Column, bool ColumnFlipped, int Row, bool RowFlipped, int Depth, string Letters)
{
    private const string Opposites = "RLAPSI";

    /// <summary>Finds the axes of a grid with the given affine.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such plane.</exception>
    public static PlaneAxes Of(Affine affine, AnatomicalPlane plane)
    {
        var (right, bottom) = plane switch
        {
            AnatomicalPlane.Axial => ('L', 'P'),
            AnatomicalPlane.Coronal => ('L', 'I'),
            AnatomicalPlane.Sagittal => ('P', 'I'),
            _ => throw new ArgumentOutOfRangeException(nameof(plane), plane, "A plane is Axial, Coronal or Sagittal."),
        };
        var code = Orientation.Of(affine).Code;
        var (column, row) = (AxisAlong(code, right), AxisAlong(code, bottom));
        return new PlaneAxes(
            column, code[column] != right, row, code[row] != bottom, 3 - column - row, string.Concat(Opposite(right), right, Opposite(bottom), bottom));
    }

    private static int AxisAlong(string code, char letter) => code.IndexOfAny([letter, Opposite(letter)]);

    private static char Opposite(char letter) => Opposites[Opposites.IndexOf(letter, StringComparison.Ordinal) ^ 1];
}
