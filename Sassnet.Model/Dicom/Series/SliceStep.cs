namespace Sassnet.Model.Dicom.Series;

/// <summary>
/// The step from slice to slice of a sorted stack. Positions are decimal texts, and some software writes few digits: at 0.625 mm and one digit the
/// steps are 0.6 and 0.7 mm. What the digits that are missing explain is no unevenness, and the stack's whole extent tells the step.
/// </summary>
internal static class SliceStep
{
    /// <summary>Part of the usual step by which one may differ however exact the positions are.</summary>
    private const double Uneven = 0.1;

    /// <summary>Part of the usual step that rounding may explain: where a slice is missing a step is off by all of it.</summary>
    private const double MostRounding = 0.5;

    /// <summary>What sums of doubles leave, in millimetres.</summary>
    private const double Noise = 1e-9;

    /// <summary>How far rounding may have moved each coordinate; the frame with the most digits tells, since some software leaves out zeros at the end.</summary>
    public static PatientVector Rounding(IReadOnlyList<SliceFrame> frames) => new(
        frames.Min(frame => frame.Plane.Rounding.X), frames.Min(frame => frame.Plane.Rounding.Y), frames.Min(frame => frame.Plane.Rounding.Z));

    /// <summary>Millimetres by which one step may differ from the usual one.</summary>
    /// <param name="usual">The usual step.</param>
    /// <param name="rounding">How far rounding may have moved a position along the normal.</param>
    public static double Tolerance(double usual, double rounding) => Math.Max(Uneven * usual, Math.Min((Uneven * usual) + (2 * rounding), MostRounding * usual));

    /// <summary>
    /// The step: the stack's extent divided by its steps. Where rounding shows, because steps differ, and a declared step agrees with every position as far
    /// as it is written, then that: it is what was rounded.
    /// </summary>
    /// <param name="sorted">At least two frames in the order of growing position along the normal.</param>
    public static PatientVector Of(IReadOnlyList<SliceFrame> sorted)
    {
        var (first, normal, rounding) = (sorted[0].Plane, sorted[0].Plane.Normal, Rounding(sorted));
        var steps = sorted.Count - 1;
        var path = sorted[^1].Plane.Position - first.Position;
        var along = path.Dot(normal);
        var sideways = path - (normal * along);
        var mean = along / steps;
        var length = Agrees(sorted, mean, 0) ? mean : first.DeclaredSteps.Where(step => Agrees(sorted, step, rounding.Along(normal))).Append(mean).First();

        // A lean that rounding explains is none.
        return (normal * length) + (sideways * (sideways.Length > (2 * rounding.Length) + Noise ? 1.0 / steps : 0));
    }

    /// <summary>Whether the positions show steps as uneven as is only accepted because of their rounding.</summary>
    public static bool IsRounded(IReadOnlyList<SliceFrame> sorted)
    {
        var (normal, usual) = (sorted[0].Plane.Normal, Of(sorted).Length);
        return sorted.Zip(sorted.Skip(1)).Any(pair => Math.Abs((pair.Second.Plane.Position - pair.First.Plane.Position).Dot(normal) - usual) > Uneven * usual);
    }

    private static bool Agrees(IReadOnlyList<SliceFrame> sorted, double step, double rounding)
    {
        var normal = sorted[0].Plane.Normal;
        var off = sorted.Select((frame, slice) => frame.Plane.Position.Dot(normal) - (slice * step)).ToList();
        return off.Max() - off.Min() <= (2 * rounding) + Noise;
    }
}
