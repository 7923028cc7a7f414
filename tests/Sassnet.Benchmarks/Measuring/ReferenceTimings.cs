namespace Sassnet.Benchmarks.Measuring;

/// <summary>
/// What the published implementation takes on a machine of this kind: two cores with AVX-512 and bfloat16, no GPU, PyTorch 1.13.1 with two threads,
/// SciPy's distance transform. They were recorded beside it once and are not measured again here.
/// </summary>
internal static class ReferenceTimings
{
    /// <summary>The forward pass of one 112×112×80 window at 16 filters, float32, in seconds.</summary>
    public const double WindowSeconds = 2.2;

    /// <summary>A scan of 175×132×88 in 45 windows at stride 18/18/4, in seconds.</summary>
    public const double ScanSeconds = 97;

    /// <summary>The signed distance maps of two 112×112×80 crops, in seconds.</summary>
    public const double DistanceTargetsSeconds = 0.37;
}
