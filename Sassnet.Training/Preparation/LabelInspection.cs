using System.Globalization;
using Sassnet.Model.Volumes;

namespace Sassnet.Training.Preparation;

/// <summary>Looks for what is wrong with a label's values.</summary>
/// <param name="foreground">The values that are the foreground.</param>
/// <param name="otherLabels">Other values that may occur.</param>
internal sealed class LabelInspection(IReadOnlyList<int> foreground, IReadOnlyList<int> otherLabels)
{
    private const int NamedValues = 5;

    // More different values than a byte has are no label's.
    private const int MostValues = 255;
    private const double LargestShare = 0.5;

    private readonly string _accepted = $"accepted: 0, {string.Join(", ", foreground.Concat(otherLabels))}";

    /// <summary>Checks a label.</summary>
    /// <param name="label">The label as read.</param>
    /// <param name="faults">Gets what is wrong.</param>
    /// <param name="warnings">Gets what is odd.</param>
    /// <returns>1 in the foreground, 0 elsewhere.</returns>
    public LabelMap Check(Volume label, List<string> faults, List<string> warnings)
    {
        var mask = new byte[label.Voxels.Length];
        var strange = new SortedDictionary<float, int>();
        for (var i = 0; i < mask.Length && strange.Count <= MostValues; i++)
        {
            var value = label.Voxels[i];
            if (value == 0)
                continue;
            if (Contains(foreground, value))
                mask[i] = 1;
            else if (!Contains(otherLabels, value))
                strange[value] = strange.GetValueOrDefault(value) + 1;
        }

        var count = mask.AsSpan().Count((byte)1);
        var share = (double)count / mask.Length;
        if (strange.Count > MostValues)
            faults.Add($"The label has more than {MostValues} different values: it is a scan or a map of probabilities; {_accepted}.");
        else if (strange.Count > 0)
            faults.Add($"The label has {Named(strange)}{(count == 0 ? $" and none of {string.Join(" or ", foreground)}" : "")}; {_accepted}.{Hint(strange, count)}");
        else if (count == 0)
            faults.Add($"The label is empty: 0 of its {mask.Length} voxels are {string.Join(" or ", foreground)}; 1 or more is accepted.");
        else if (count == mask.Length)
            faults.Add($"The label fills the volume: all of its {mask.Length} voxels are {string.Join(" or ", foreground)}; accepted: some background around the foreground.");
        else if (share > LargestShare)
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"The label covers {share:P0} of the volume; are foreground and background exchanged?"));
        return new LabelMap(label.Size, mask, label.Affine);
    }

    private static bool Contains(IReadOnlyList<int> values, float value)
    {
        // Not by LINQ: this runs for every voxel.
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] == value)
                return true;
        }

        return false;
    }

    private static string Named(SortedDictionary<float, int> strange)
    {
        var named = strange.Take(NamedValues).Select(pair => string.Create(CultureInfo.InvariantCulture, $"the value {pair.Key} in {pair.Value} voxels"));
        return string.Join(", ", named) + (strange.Count > NamedValues ? $" and {strange.Count - NamedValues} values more" : "");
    }

    private string Hint(SortedDictionary<float, int> strange, int foregroundVoxels)
    {
        if (strange.Count > NamedValues || strange.Keys.Any(value => value is < 1 or > 255 || MathF.Floor(value) != value))
            return "";
        var values = string.Join(' ', strange.Keys.Select(value => value.ToString(CultureInfo.InvariantCulture)));
        return foregroundVoxels == 0
            ? $" If that is the foreground: --foreground {values}"
            : $" If that is background: --other-labels {values}; if it is foreground too: --foreground {string.Join(' ', foreground)} {values}";
    }
}
