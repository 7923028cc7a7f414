namespace Sassnet.Model.Morphology;

/// <summary>The second and third pass: combines the rows of a plane along the plane's second axis.</summary>
internal static class DistanceColumns
{
    public static void Transform(Span<float> plane, int width, int stride, SquaredSteps steps)
    {
        var envelope = new LowerEnvelope(steps.Length);
        for (var x = 0; x < width; x++)
            envelope.Transform(plane[x..], stride, steps);
    }
}
