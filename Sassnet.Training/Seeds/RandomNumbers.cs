using System.Numerics;

namespace Sassnet.Training.Seeds;

/// <summary>
/// A stream of random numbers that is the same on every machine and in every version of .NET: xoshiro256** seeded through SplitMix64
/// (Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 2021). Only integer and exact IEEE operations are used.
/// </summary>
public sealed class RandomNumbers
{
    private const int UniformsPerNormal = 12;

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Starts the stream of a seed; streams of different <paramref name="stream"/> numbers are independent.</summary>
    public RandomNumbers(ulong seed, ulong stream = 0)
    {
        var state = SplitMix64.Next(ref seed) ^ stream;
        _s0 = SplitMix64.Next(ref state);
        _s1 = SplitMix64.Next(ref state);
        _s2 = SplitMix64.Next(ref state);
        _s3 = SplitMix64.Next(ref state);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A uniform number in [0, 1) with 53 random bits.</summary>
    public double NextUnit() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A uniform number in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double Uniform(double low, double high) => low + ((high - low) * NextUnit());

    /// <summary>A uniform number in [−<paramref name="reach"/>, <paramref name="reach"/>).</summary>
    public double Symmetric(double reach) => Uniform(-reach, reach);

    /// <summary>
    /// A number of mean 0 and variance 1, near enough to normal for noise: the sum of twelve uniform numbers less six (Irwin–Hall), which stays
    /// within ±6 and needs no logarithm, whose last bit differs between platforms.
    /// </summary>
    public double NextNormal()
    {
        var sum = 0;
        for (var drawn = 0; drawn < UniformsPerNormal; drawn += 4)
        {
            var bits = NextBits();
            sum += (ushort)bits + (ushort)(bits >> 16) + (ushort)(bits >> 32) + (ushort)(bits >> 48);
        }

        return ((sum + (UniformsPerNormal / 2.0)) / 65536) - (UniformsPerNormal / 2.0);
    }
}
