using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Where a frame lies in the patient (PS3.3 C.7.6.2).</summary>
/// <param name="Position">The centre of its first pixel in millimetres.</param>
/// <param name="AlongRow">The unit direction of growing column index, as exactly as it is written.</param>
/// <param name="AlongColumn">The unit direction of growing row index, at right angles to the other as exactly as both are written.</param>
/// <param name="ColumnStep">Millimetres from column to column.</param>
/// <param name="RowStep">Millimetres from row to row.</param>
/// <param name="Rounding">How far the decimals that are written may have moved each coordinate of the position, in millimetres.</param>
/// <param name="DeclaredSteps">What the attributes say of the millimetres from slice to slice, the best word first; they need not be true.</param>
internal sealed record FramePlane(
    PatientVector Position,
    PatientVector AlongRow,
    PatientVector AlongColumn,
    double ColumnStep,
    double RowStep,
    PatientVector Rounding,
    IReadOnlyList<double> DeclaredSteps)
{
    private const double UnitTolerance = 1e-3;
    private const double SmallestStep = 1e-3;
    private const double LargestStep = 1e3;

    /// <summary>
    /// The unit direction at right angles to the frame. Directions that are written with few decimals are not quite of length 1: along their bare product
    /// positions would come out too long or too short, and the difference look like a lean.
    /// </summary>
    public PatientVector Normal => AlongRow.Cross(AlongColumn).Unit;

    /// <summary>The plane that the attributes of a frame describe.</summary>
    /// <exception cref="InvalidVolumeException">One is missing or impossible.</exception>
    public static FramePlane Of(FrameAttributes frame)
    {
        var position = Required(frame.Decimals(DicomTags.PlanePositionSequence, DicomTags.ImagePositionPatient, "ImagePositionPatient", 3), "ImagePositionPatient", frame);
        var axes = Required(frame.Decimals(DicomTags.PlaneOrientationSequence, DicomTags.ImageOrientationPatient, "ImageOrientationPatient", 6), "ImageOrientationPatient", frame);
        var spacing = Required(frame.Decimals(DicomTags.PixelMeasuresSequence, DicomTags.PixelSpacing, "PixelSpacing", 2), "PixelSpacing", frame);
        if (spacing.Any(step => step is < SmallestStep or > LargestStep))
            throw DicomFault.BadHeader($"PixelSpacing {DicomTags.PixelSpacing} is {spacing[0]} by {spacing[1]} in {frame}; accepted: {SmallestStep} to {LargestStep} mm.");
        if (position.Any(at => Math.Abs(at) > Affine.FarthestPosition))
            throw DicomFault.BadHeader($"ImagePositionPatient {DicomTags.ImagePositionPatient} is ({position[0]}, {position[1]}, {position[2]}) in {frame}; accepted: at most {Affine.FarthestPosition} mm from the origin.");
        var (row, column) = (new PatientVector(axes[0], axes[1], axes[2]), new PatientVector(axes[3], axes[4], axes[5]));
        if (Math.Abs(row.Length - 1) > UnitTolerance || Math.Abs(column.Length - 1) > UnitTolerance || Math.Abs(row.Dot(column)) > UnitTolerance)
        {
            throw DicomFault.BadHeader(
                $"ImageOrientationPatient {DicomTags.ImageOrientationPatient} has directions of length {row.Length:0.####} and {column.Length:0.####} with a cosine of {row.Dot(column):0.####} in {frame}; accepted: 1, 1 and 0.");
        }

        var rounding = frame.Roundings(DicomTags.PlanePositionSequence, DicomTags.ImagePositionPatient);
        double?[] declared =
        [
            frame.Length(DicomTags.PixelMeasuresSequence, DicomTags.SpacingBetweenSlices),
            frame.Length(DicomTags.PixelMeasuresSequence, DicomTags.SliceThickness),
        ];
        return new FramePlane(
            new PatientVector(position[0], position[1], position[2]),
            row,
            column,
            spacing[1],
            spacing[0],
            new PatientVector(rounding[0], rounding[1], rounding[2]),
            [.. declared.OfType<double>()]);
    }

    private static double[] Required(double[]? numbers, string name, FrameAttributes frame) => numbers ?? throw DicomFault.NotServable(
        "orientation-missing", $"{name} is missing in {frame}, so where the image lies in the patient is unknown; every image of a series must have it.");
}
