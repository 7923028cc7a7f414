using System.Diagnostics;
using System.Globalization;
using Sassnet.Training.Configuration;
using static TorchSharp.torch;

namespace Sassnet.Training;

/// <summary>Settles the data type of activations for a run.</summary>
internal static class PrecisionChoice
{
    private const int Repeats = 5;

    /// <summary>The configured type, or for <c>auto</c> the faster one in a timed convolution, whose figures are printed.</summary>
    public static ScalarType Of(TrainingPrecision precision, TextWriter console)
    {
        if (precision != TrainingPrecision.Auto)
            return precision == TrainingPrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var (single, half) = (double.MaxValue, double.MaxValue);
        for (var i = 0; i < Repeats; i++)
        {
            single = Math.Min(single, Time(ScalarType.Float32));
            half = Math.Min(half, Time(ScalarType.BFloat16));
        }

        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one convolution: float32 {single:F1} ms, bfloat16 {half:F1} ms"));
        return half < single ? ScalarType.BFloat16 : ScalarType.Float32;
    }

    private static double Time(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var (x, weight) = (ones([1, 32, 48, 32, 32], type), ones([32, 32, 3, 3, 3], type));
        var start = Stopwatch.GetTimestamp();
        nn.functional.conv3d(x, weight, padding: [1, 1, 1]);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
