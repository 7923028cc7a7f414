using Sassnet.Model.Volumes;

namespace Sassnet.Model.Pictures.Slices;

/// <summary>The planes scans are looked at in, each shown as radiologists do: the patient's right on the left, the front or the head at the top.</summary>
public enum AnatomicalPlane
{
    /// <summary>Across the body: right to left, front to back.</summary>
    Axial,

    /// <summary>Parallel to the chest: right to left, head to feet.</summary>
    Coronal,

    /// <summary>Parallel to the side: front to back, head to feet.</summary>
    Sagittal,
}

/// <summary>Which axes of a grid run along a plane's columns and rows, and which one counts its slices. Oblique grids are shown along their own axes.</summary>
/// <param name="Column">The axis from left to right in the picture.</param>
/// <param name="ColumnFlipped">Whether its index falls from left to right.</param>
/// <param name="Row">The axis from top to bottom in the picture.</param>
/// <param name="RowFlipped">Whether its index falls from top to bottom.</param>
/// <param name="Depth">The axis that counts slices.</param>
/// <param name="Letters">The anatomical directions at the picture's left, right, top and bottom.</param>
internal sealed record PlaneAxes(int Column, bool ColumnFlipped, int Row, bool RowFlipped, int Depth, string Letters)
{
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
        var letters = string.Concat(Orientation.Opposite(right), right, Orientation.Opposite(bottom), bottom);
        return new PlaneAxes(column, code[column] != right, row, code[row] != bottom, 3 - column - row, letters);
    }

    private static int AxisAlong(string code, char letter) => code.IndexOfAny([letter, Orientation.Opposite(letter)]);
}
