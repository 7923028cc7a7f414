using Sassnet.Model.Dicom.DataSets;
using Sassnet.Model.Volumes;

namespace Sassnet.Model.Dicom.Series;

/// <summary>Puts the frames of a series in order and places the stack in the patient.</summary>
internal static class SeriesGeometry
{
    /// <summary>Cosine tolerance between the directions of two frames.</summary>
    private const double SameDirection = 1e-3;

    /// <summary>Relative tolerance between the pixel spacings of two frames.</summary>
    private const double SameSpacing = 1e-3;

    /// <summary>Positions nearer than this, in millimetres along the normal, are the same.</summary>
    private const double SamePosition = 1e-3;

    /// <summary>Millimetres sideways for each millimetre along the normal: the same angle from which on a NIfTI affine counts as sheared.</summary>
    private const double Tilt = 1e-3;

    /// <summary>Part of a pixel by which a slice may lie beside the first one besides <see cref="Tilt"/>.</summary>
    private const double SidewaysPixels = 0.1;

    /// <summary>The frames in the order of growing position along the normal.</summary>
    /// <exception cref="InvalidVolumeException">They differ in size, orientation, spacing or frame of reference, or do not form an even stack.</exception>
    public static IReadOnlyList<SliceFrame> Sort(IReadOnlyList<SliceFrame> frames)
    {
        var first = frames[0];
        foreach (var frame in frames)
            RequireAlike(first, frame);
        RequireOneSpace(frames);
        if (frames.Count < 2)
            throw DicomFault.NotServable("not-3d", $"The series has 1 image of {first.Layout.Columns}x{first.Layout.Rows}; at least 2 are needed for a volume. Send every file of the series.");

        var normal = first.Plane.Normal;
        var sorted = frames.Select(frame => new Slice(frame, frame.Plane.Position.Dot(normal))).OrderBy(slice => slice.At).ToList();
        RequireEven(sorted, SliceStep.Rounding(frames));
        RequireUpright(sorted, normal, SliceStep.Rounding(frames));
        return [.. sorted.Select(slice => slice.Frame)];
    }

    /// <summary>The affine of the stack with its rows from bottom to top: i along a row, j against a column, k along the sorted slices.</summary>
    /// <param name="sorted">The frames as <see cref="Sort"/> gives them.</param>
    /// <exception cref="InvalidVolumeException">The stack reaches far beyond every scanner.</exception>
    public static Affine Place(IReadOnlyList<SliceFrame> sorted)
    {
        var first = sorted[0];
        var plane = first.Plane;
        var i = plane.AlongRow.Unit * plane.ColumnStep;
        var j = plane.AlongColumn.Unit * -plane.RowStep;
        var k = SliceStep.Of(sorted);
        var origin = plane.Position - (j * (first.Layout.Rows - 1));

        // LPS to RAS: the first two coordinates change their sign. Sums with 0 leave no negative zeros.
        var affine = new Affine([0 - i.X, 0 - j.X, 0 - k.X, 0 - origin.X, 0 - i.Y, 0 - j.Y, 0 - k.Y, 0 - origin.Y, 0 + i.Z, 0 + j.Z, 0 + k.Z, 0 + origin.Z]);
        var farthest = affine.Farthest(new GridSize(first.Layout.Columns, first.Layout.Rows, sorted.Count));
        return farthest <= Affine.FarthestPosition
            ? affine
            : throw DicomFault.BadHeader($"The series reaches {farthest:0} mm from the origin by ImagePositionPatient and PixelSpacing; accepted: at most {Affine.FarthestPosition} mm.");
    }

    private static void RequireAlike(SliceFrame first, SliceFrame frame)
    {
        if ((frame.Layout.Rows, frame.Layout.Columns) != (first.Layout.Rows, first.Layout.Columns))
        {
            throw DicomFault.Geometry(
                $"The images differ in size: {first.Layout.Columns}x{first.Layout.Rows} in {first.Name}, {frame.Layout.Columns}x{frame.Layout.Rows} in {frame.Name}; accepted: one size.");
        }

        if (Apart(first.Plane.AlongRow, frame.Plane.AlongRow) || Apart(first.Plane.AlongColumn, frame.Plane.AlongColumn))
            throw DicomFault.Geometry($"The images differ in orientation: {frame.Name} is turned against {first.Name}; accepted: parallel slices. Localisers, and each of several stacks, go by themselves.");
        if (Apart(first.Plane.RowStep, frame.Plane.RowStep) || Apart(first.Plane.ColumnStep, frame.Plane.ColumnStep))
        {
            throw DicomFault.Geometry(
                $"The images differ in PixelSpacing: {first.Plane.RowStep} by {first.Plane.ColumnStep} mm in {first.Name}, {frame.Plane.RowStep} by {frame.Plane.ColumnStep} mm in {frame.Name}; accepted: one spacing.");
        }
    }

    /// <summary>Positions in different frames of reference say nothing of each other (PS3.3 C.7.4.1); where the frame is not said, it is taken for that of the others.</summary>
    private static void RequireOneSpace(IReadOnlyList<SliceFrame> frames)
    {
        if (DifferingFrames.In(frames, DicomTags.FrameOfReferenceUid) is var (one, other))
            throw DicomFault.Geometry($"The images differ in FrameOfReferenceUID {DicomTags.FrameOfReferenceUid}, so how {other.Name} lies to {one.Name} is unknown; accepted: one frame of reference.");
    }

    private static void RequireEven(List<Slice> sorted, PatientVector rounding)
    {
        var slack = rounding.Along(sorted[0].Frame.Plane.Normal);
        var steps = sorted.Zip(sorted.Skip(1), (before, after) => after.At - before.At).ToList();
        var usual = steps.Order().ElementAt(steps.Count / 2);
        for (var i = 0; i < steps.Count; i++)
        {
            var (before, after) = (sorted[i], sorted[i + 1]);
            if (steps[i] < SamePosition)
                throw DicomFault.Geometry($"Two images lie at {after.At:0.###} mm along the normal: {before.Frame.Name} and {after.Frame.Name}; accepted: one image at each position. Each of several echoes or times goes by itself.");
            if (Math.Abs(steps[i] - usual) > SliceStep.Tolerance(usual, slack))
            {
                throw DicomFault.Geometry(
                    $"The slices are unevenly spaced: {steps[i]:0.###} mm between {before.At:0.###} mm ({before.Frame.Name}) and {after.At:0.###} mm ({after.Frame.Name}) along the normal, {usual:0.###} mm elsewhere; accepted: equal steps, none missing.");
            }
        }

        // Steps that grow slowly would pass between neighbours.
        var mean = (sorted[^1].At - sorted[0].At) / steps.Count;
        for (var i = 0; i < sorted.Count; i++)
        {
            var off = sorted[i].At - sorted[0].At - (i * mean);
            if (Math.Abs(off) > SliceStep.Tolerance(mean, slack))
                throw DicomFault.Geometry($"The slices are unevenly spaced: {sorted[i].Frame.Name} at {sorted[i].At:0.###} mm along the normal lies {off:0.###} mm from where equal steps of {mean:0.###} mm put it; accepted: equal steps.");
        }
    }

    private static void RequireUpright(List<Slice> sorted, PatientVector normal, PatientVector rounding)
    {
        var first = sorted[0];
        var pixel = Math.Min(first.Frame.Plane.RowStep, first.Frame.Plane.ColumnStep);
        foreach (var slice in sorted)
        {
            var along = slice.At - first.At;
            var sideways = (slice.Frame.Plane.Position - first.Frame.Plane.Position - (normal * along)).Length;
            if (sideways > (Tilt * along) + (SidewaysPixels * pixel) + Math.Min(2 * rounding.Length, pixel / 2))
            {
                throw DicomFault.Geometry(
                    $"The stack leans: {slice.Frame.Name} at {slice.At:0.###} mm along the normal lies {sideways:0.###} mm beside the first slice; accepted: slices straight above each other, without gantry tilt. Convert it to NIfTI with a tool that straightens it, such as dcm2niix, and take that; labels have to be drawn on that, or resampled to it.");
            }
        }
    }

    private static bool Apart(PatientVector a, PatientVector b) => (a - b).Length > SameDirection;

    private static bool Apart(double a, double b) => Math.Abs(a - b) > SameSpacing * a;

    /// <summary>A frame and its position along the normal in millimetres.</summary>
    private readonly record struct Slice(SliceFrame Frame, double At);
}
