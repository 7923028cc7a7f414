using System.Numerics;
using System.Runtime.InteropServices;
using Sassnet.Model.Preprocessing;

namespace Sassnet.Model.Pictures.Slices;

/// <summary>The intensities shown from black to white.</summary>
/// <param name="Black">Shown black, as is everything below.</param>
/// <param name="White">Shown white, as is everything above.</param>
internal readonly record struct GreyWindow(float Black, float White)
{
    private const double LowShare = 0.01;
    private const double HighShare = 0.995;

    // Enough for percentiles that nobody sees the error of.
    private const int MaxSamples = 1 << 17;

    /// <summary>From the 1st to the 99.5th percentile of an image, so that a few very bright voxels do not darken the rest.</summary>
    public static GreyWindow Of(ReadOnlySpan<float> voxels)
    {
        var sample = VoxelSample.Of(voxels, MaxSamples);
        FloatSort.Sort(sample);
        return new GreyWindow(sample[(int)(LowShare * (sample.Length - 1))], sample[(int)(HighShare * (sample.Length - 1))]);
    }

    /// <summary>The grey level, 0 to 255; mid-grey everywhere for an image of one value, black for what is not a number.</summary>
    public byte Level(float value)
    {
        if (White <= Black)
            return 127;
        var share = (value - Black) / (White - Black);
        return float.IsNaN(share) ? (byte)0 : (byte)Math.Round(255 * Math.Clamp(share, 0, 1));
    }

    /// <summary>The grey levels of many values.</summary>
    public void Fill(ReadOnlySpan<float> values, Span<byte> levels)
    {
        var done = 0;
        if (White > Black)
        {
            var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
            var written = MemoryMarshal.Cast<byte, Vector<byte>>(levels);
            for (var i = 0; i < written.Length; i++)
            {
                var low = Vector.Narrow(Levels(vectors[4 * i]), Levels(vectors[(4 * i) + 1]));
                var high = Vector.Narrow(Levels(vectors[(4 * i) + 2]), Levels(vectors[(4 * i) + 3]));
                written[i] = Vector.AsVectorByte(Vector.Narrow(low, high));
            }

            done = written.Length * Vector<byte>.Count;
        }

        for (var i = done; i < levels.Length; i++)
            levels[i] = Level(values[i]);
    }

    private Vector<int> Levels(Vector<float> values)
    {
        var share = (values - new Vector<float>(Black)) / new Vector<float>(White - Black);
        var clamped = Vector.Min(Vector.Max(share, Vector<float>.Zero), Vector<float>.One);
        return Vector.ConvertToInt32(Vector.Round(255 * clamped)) & Vector.Equals(share, share);
    }
}
