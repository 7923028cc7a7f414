using Sassnet.Model.Tests.Dicom;

namespace Sassnet.Api.Tests.Viewer;

/// <summary>A scan of a study of its own, as a modality pushes it: a ball off the middle in noise, without any symmetry.</summary>
/// <param name="Number">Which study.</param>
/// <param name="Columns">Columns of an image.</param>
/// <param name="Rows">Rows of an image.</param>
/// <param name="Geometry">How it lies in the patient.</param>
/// <param name="IsEnhanced">Whether it is one file, with the slices in disorder.</param>
internal sealed record PushedScan(int Number, int Columns, int Rows, string Geometry, bool IsEnhanced)
{
    private static readonly Dictionary<string, double[]> Orientations = new()
    {
        ["axial"] = [1, 0, 0, 0, 1, 0],
        ["oblique"] = [0.8, 0.6, 0, -0.48, 0.64, 0.6],
        ["sagittal"] = [0, 1, 0, 0, 0, -1],
        ["reversed"] = [1, 0, 0, 0, -1, 0],
    };

    public int Slices { get; init; } = 7;

    /// <summary>Between columns, rows and slices in millimetres.</summary>
    public double[] Spacing { get; init; } = [1.25, 1.5, 2];

    public string Study => $"{DicomScan.SeriesUid}.{1000 + Number}";

    public string Series => $"{Study}.1";

    public IEnumerable<byte[]> Files()
    {
        var noise = new Random(Number);
        var (x, y, z, radius) = (Columns * 0.4, Rows * 0.6, Slices * 0.4, Columns * Spacing[0] * 0.3);
        short[] values = [.. Enumerable.Range(0, Columns * Rows * Slices).Select(i =>
        {
            var (dx, dy, dz) = (((i % Columns) - x) * Spacing[0], ((i / Columns % Rows) - y) * Spacing[1], ((i / (Columns * Rows)) - z) * Spacing[2]);
            return (short)(((dx * dx) + (dy * dy) + (dz * dz) < radius * radius ? 300 : 100) + noise.Next(60));
        })];
        var scan = new DicomScan
        {
            Columns = Columns,
            Rows = Rows,
            Slices = Slices,
            Orientation = Orientations[Geometry],
            Origin = [12.5, -7, 33],
            Spacing = Spacing,
            Value = (column, row, slice) => values[(((slice * Rows) + row) * Columns) + column],
        };
        return IsEnhanced ? [Named(scan.Enhanced(3, 0, 6, 2, 5, 1, 4), 1)] : Enumerable.Range(0, Slices).Select(slice => Named(scan.Slice(slice), slice + 1));
    }

    public override string ToString() => $"{Columns}x{Rows} {Geometry} {(IsEnhanced ? "enhanced" : "classic")}";

    private byte[] Named(DicomBytes file, int instance) => file
        .Text(0x0020000D, "UI", Study)
        .Text(0x0020000E, "UI", Series)
        .Text(0x00080018, "UI", $"{Series}.{instance}")
        .Text(0x00200052, "UI", $"{Study}.2")
        .ToBytes();
}
