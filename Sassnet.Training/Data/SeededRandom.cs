namespace Sassnet.Training.Data;

/// <summary>Independent random generators by purpose and number, all from one seed: nothing depends on what was drawn before.</summary>
public sealed class SeededRandom(int seed)
{
    /// <summary>The generator of one purpose and two numbers, such as "crop", iteration and slot.</summary>
    public Random For(string purpose, int first, int second = 0)
    {
        var mixed = Mix((ulong)(uint)seed);
        foreach (var letter in purpose)
            mixed = Mix(mixed ^ letter);
        mixed = Mix(mixed ^ (uint)first);
        mixed = Mix(mixed ^ (uint)second);
        return new Random((int)(mixed >> 33));
    }

    // SplitMix64 (Steele, Lea, Flood; OOPSLA 2014).
    private static ulong Mix(ulong state)
    {
        state += 0x9e3779b97f4a7c15;
        state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
        state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
        return state ^ (state >> 31);
    }
}
