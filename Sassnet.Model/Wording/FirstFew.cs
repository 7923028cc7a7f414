using System.Globalization;

namespace Sassnet.Model.Wording;

/// <summary>The first few of many, as a sentence names them, and that they are not all.</summary>
public static class FirstFew
{
    /// <summary>How many are named where nothing else is said.</summary>
    public const int Most = 5;

    /// <summary>Names, and how many there are beside them: <c>a, b and 3 more</c>.</summary>
    /// <param name="all">All names.</param>
    /// <param name="most">How many of them are said at the most.</param>
    public static string Of(IReadOnlyCollection<string> all, int most = Most) => Of(all, name => name, most: most);

    /// <summary>The same of anything, and what the others are: <c>0 in 7 voxels, 2 in 1 voxel and 3 values more</c>.</summary>
    /// <param name="all">All of them.</param>
    /// <param name="named">What one of them is called.</param>
    /// <param name="kind">What one of the others is, such as <c>value</c>; left unsaid where omitted.</param>
    /// <param name="most">How many are named at the most.</param>
    /// <param name="separator">What stands between two of them.</param>
    public static string Of<T>(IReadOnlyCollection<T> all, Func<T, string> named, string? kind = null, int most = Most, string separator = ", ")
    {
        ArgumentNullException.ThrowIfNull(all);
        var first = string.Join(separator, all.Take(most).Select(named));
        var others = all.Count - most;
        return others <= 0 ? first : $"{first} and {(kind is null ? others.ToString(CultureInfo.InvariantCulture) : Counted.Of(others, kind))} more";
    }

    /// <summary>Names, and whether there are others, which nobody has to count: <c>a, b, and more</c>.</summary>
    /// <inheritdoc cref="Of(IReadOnlyCollection{string}, int)"/>
    public static string AndMore(IReadOnlyCollection<string> all, int most = Most)
    {
        ArgumentNullException.ThrowIfNull(all);
        return string.Join(", ", all.Take(most).Concat(all.Count > most ? ["and more"] : []));
    }
}
