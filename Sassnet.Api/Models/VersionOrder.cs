using System.Globalization;

namespace Sassnet.Api.Models;

/// <summary>Orders versions from old to new by the rules of Semantic Versioning 2.0.0, section 11: numbers as numbers, a pre-release before its release.</summary>
internal sealed class VersionOrder : IComparer<string>
{
    public static VersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = (Split(x), Split(y));
        var release = CompareParts(left.Release, right.Release);
        if (release != 0)
            return release;
        return (left.Pre.Length == 0, right.Pre.Length == 0) switch
        {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => -1,
            _ => CompareParts(left.Pre, right.Pre),
        };
    }

    private static (string[] Release, string[] Pre) Split(string? version)
    {
        var parts = (version ?? string.Empty).Split('+')[0].Split('-', 2);
        return (parts[0].Split('.'), parts.Length == 2 ? parts[1].Split('.') : []);
    }

    private static int CompareParts(string[] left, string[] right)
    {
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var order = ComparePart(left[i], right[i]);
            if (order != 0)
                return order;
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int ComparePart(string left, string right)
    {
        var (leftIsNumber, rightIsNumber) = (IsNumber(left, out var leftNumber), IsNumber(right, out var rightNumber));
        if (leftIsNumber && rightIsNumber)
            return leftNumber.CompareTo(rightNumber);
        return leftIsNumber == rightIsNumber ? string.CompareOrdinal(left, right) : leftIsNumber ? -1 : 1;
    }

    private static bool IsNumber(string part, out ulong number) => ulong.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
