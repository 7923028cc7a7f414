using Sassnet.Model.Volumes;

namespace Sassnet.Training.Data;

/// <summary>Says which of many cases a fault is of: what cannot be used of a file is known where it is read, and whose file it is only where cases have names.</summary>
internal static class CaseFaults
{
    /// <summary>Does what is to be done with a case.</summary>
    /// <param name="name">The case's name.</param>
    /// <param name="work">Reads its files, and whatever else finds out that they cannot be used.</param>
    /// <exception cref="InvalidVolumeException">They cannot; the message names the case.</exception>
    public static T Named<T>(string name, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (InvalidVolumeException failure)
        {
            throw failure.Of($"Case {name}");
        }
    }
}
