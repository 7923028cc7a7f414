using Sassnet.Training.Seeds;

namespace Sassnet.Training.Data;

/// <summary>Independent random generators by purpose and number, all from one seed: nothing depends on what was drawn before.</summary>
public sealed class SeededRandom(int seed)
{
    /// <summary>The generator of one purpose and two numbers, such as "crop", iteration and slot.</summary>
    public Random For(string purpose, int first, int second = 0)
    {
        var mixed = SplitMix64.Mix((ulong)(uint)seed);
        foreach (var letter in purpose)
            mixed = SplitMix64.Mix(mixed ^ letter);
        mixed = SplitMix64.Mix(mixed ^ (uint)first);
        mixed = SplitMix64.Mix(mixed ^ (uint)second);
        return new Random((int)(mixed >> 33));
    }
}
