namespace Sassnet.Training.Seeds;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): makes well mixed numbers of seeds that may be as
/// alike as 1 and 2.
/// </summary>
internal static class SplitMix64
{
    private const ulong Step = 0x9e3779b97f4a7c15;

    /// <summary>The number that follows a state.</summary>
    public static ulong Mix(ulong state)
    {
        state += Step;
        state = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
        state = (state ^ (state >> 27)) * 0x94d049bb133111eb;
        return state ^ (state >> 31);
    }

    /// <summary>The number that follows a state, which moves on.</summary>
    public static ulong Next(ref ulong state)
    {
        var number = Mix(state);
        state += Step;
        return number;
    }
}
