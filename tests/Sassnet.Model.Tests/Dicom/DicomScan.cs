namespace Sassnet.Model.Tests.Dicom;

/// <summary>
/// A scan as a scanner would write it, classic or enhanced: 6 columns, 5 rows and 4 slices unless told otherwise. Like <see cref="DicomBytes"/> it
/// stands apart from the code under test.
/// </summary>
public sealed record DicomScan
{
    public const string SeriesUid = "1.2.826.0.1.3680043.10.1.1";
    public const string MrClass = "1.2.840.10008.5.1.4.1.1.4";
    public const string EnhancedMrClass = "1.2.840.10008.5.1.4.1.1.4.1";

    public string Syntax { get; init; } = DicomBytes.Explicit;

    public bool UndefinedLengths { get; init; }

    public int Columns { get; init; } = 6;

    public int Rows { get; init; } = 5;

    public int Slices { get; init; } = 4;

    public double[] Orientation { get; init; } = [1, 0, 0, 0, 1, 0];

    public double[] Origin { get; init; } = [-10, -20, -30];

    /// <summary>Between columns, rows and slices in millimetres.</summary>
    public double[] Spacing { get; init; } = [1.25, 1.5, 2];

    public int BitsStored { get; init; } = 16;

    public bool IsSigned { get; init; } = true;

    public double? Slope { get; init; }

    public double? Intercept { get; init; }

    /// <summary>Strings that may carry patient data.</summary>
    public string PatientName { get; init; } = "PHANTOM^ONE";

    /// <summary>The stored number at column, row and slice.</summary>
    public Func<int, int, int, short> Value { get; init; } = (column, row, slice) => (short)((100 * slice) + (10 * row) + column - 50);

    /// <summary>The unit direction of growing slice number.</summary>
    public double[] Normal =>
    [
        (Orientation[1] * Orientation[5]) - (Orientation[2] * Orientation[4]),
        (Orientation[2] * Orientation[3]) - (Orientation[0] * Orientation[5]),
        (Orientation[0] * Orientation[4]) - (Orientation[1] * Orientation[3]),
    ];

    public static DicomScan Of(string syntax, bool undefinedLengths) => new() { Syntax = syntax, UndefinedLengths = undefinedLengths };

    public double[] Position(double slice) => [.. Origin.Zip(Normal, (origin, normal) => origin + (normal * slice * Spacing[2]))];

    public short[] Frame(int slice)
    {
        var frame = new short[Rows * Columns];
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
                frame[(row * Columns) + column] = Value(column, row, slice);
        }

        return frame;
    }

    /// <summary>A file of a classic series.</summary>
    public DicomBytes Slice(int slice)
    {
        var file = Common(MrClass).Text(0x00080018, "UI", $"{SeriesUid}.{slice + 1}").Pixels(Frame(slice));
        Place(file, slice);
        file.Numbers(0x00280030, "DS", Spacing[1], Spacing[0]);
        Rescale(file);
        return file;
    }

    /// <summary>The files of a classic series, in the order of their slices.</summary>
    public IEnumerable<byte[]> Classic() => Enumerable.Range(0, Slices).Select(slice => Slice(slice).ToBytes());

    /// <summary>The one file of an enhanced series.</summary>
    /// <param name="order">The slices in the order in which the file has them.</param>
    public DicomBytes Enhanced(params int[] order) => Common(EnhancedMrClass)
        .Text(0x00080018, "UI", $"{SeriesUid}.1")
        .Numbers(0x00280008, "IS", order.Length)
        .Sequence(0x52009229, shared =>
        {
            shared.Sequence(0x00209116, orientation => orientation.Numbers(0x00200037, "DS", Orientation));
            shared.Sequence(0x00289110, measures => measures.Numbers(0x00280030, "DS", Spacing[1], Spacing[0]));
            shared.Sequence(0x00289145, Rescale);
        })
        .Sequence(0x52009230, order.Select(slice => (Action<DicomBytes>)(frame =>
            frame.Sequence(0x00209113, plane => plane.Numbers(0x00200032, "DS", Position(slice))))))
        .Pixels([.. order.SelectMany(Frame)]);

    private DicomBytes Common(string sopClass) => DicomBytes.In(Syntax, UndefinedLengths)
        .Text(0x00080005, "CS", "ISO_IR 192")
        .Text(0x00080008, "CS", @"ORIGINAL\PRIMARY\M")
        .Text(0x00080016, "UI", sopClass)
        .Text(0x00080060, "CS", "MR")
        .Sequence(0x00081140, reference => reference.Text(0x00081150, "UI", MrClass))
        .Text(0x00090010, "LO", "A PRIVATE CREATOR")
        .Bytes(0x00091001, "UN", [1, 2, 3, 4])
        .Sequence(0x00091002, item => item.Text(0x00091003, "LO", "NESTED"))
        .Text(0x00100010, "PN", PatientName)
        .Text(0x00100020, "LO", "ID-1")
        .Text(0x0020000D, "UI", "1.2.826.0.1.3680043.10.1")
        .Text(0x0020000E, "UI", SeriesUid)
        .Text(0x00200052, "UI", "1.2.826.0.1.3680043.10.2")
        .Short(0x00280002, 1)
        .Text(0x00280004, "CS", "MONOCHROME2")
        .Short(0x00280010, Rows)
        .Short(0x00280011, Columns)
        .Short(0x00280100, 16)
        .Short(0x00280101, BitsStored)
        .Short(0x00280102, BitsStored - 1)
        .Short(0x00280103, IsSigned ? 1 : 0);

    private void Place(DicomBytes file, int slice) => file.Numbers(0x00200032, "DS", Position(slice)).Numbers(0x00200037, "DS", Orientation);

    private void Rescale(DicomBytes file)
    {
        if (Slope is { } slope)
            file.Numbers(0x00281053, "DS", slope).Numbers(0x00281052, "DS", Intercept ?? 0);
    }
}
