using System.Globalization;
using Sassnet.Model.Volumes;
using Sassnet.Model.Wording;
using Sassnet.Training.Preparation.Raw;

namespace Sassnet.Training.Preparation;

/// <summary>Looks for what is wrong with a label's values.</summary>
/// <param name="structures">What is told from the background; no value is of two.</param>
/// <param name="otherLabels">Other values that may occur.</param>
internal sealed class LabelInspection(IReadOnlyList<LabelledStructure> structures, IReadOnlyList<int> otherLabels)
{
    // More different values than a byte has are no label's.
    private const int MostValues = 255;
    private const double LargestShare = 0.5;

    private readonly int[] _foreground = [.. structures.SelectMany(one => one.Values)];

    /// <summary>How many structures there are.</summary>
    public int Structures => structures.Count;

    /// <summary>Values that the raw folder calls <c>ignore</c>. A training here cannot leave voxels out, and must not take them for background unasked.</summary>
    public IReadOnlyList<int> Ignored { get; init; } = [];

    /// <summary>Of several structures the colour of each number; null of one.</summary>
    public IReadOnlyDictionary<byte, string>? Colours { get; } =
        structures.Count == 1 ? null : LabelledStructure.AsLabels(structures).Index().ToDictionary(one => (byte)(one.Index + 1), one => one.Item.Colour!);

    private string Foreground => string.Join(" or ", _foreground);

    private string Accepted => $"accepted: 0, {string.Join(", ", _foreground.Concat(otherLabels))}";

    /// <summary>Checks a label. That it lacks some of several structures is neither wrong nor odd: an organ may have been removed, or lie beyond the scan.</summary>
    /// <param name="label">The label as read.</param>
    /// <param name="faults">Gets what is wrong.</param>
    /// <param name="warnings">Gets what is odd.</param>
    /// <returns>The structures by their numbers, counted from 1; 0 elsewhere.</returns>
    public LabelMap Check(Volume label, List<string> faults, List<string> warnings)
    {
        var numbers = structures.SelectMany((one, index) => one.Values.Select(value => ((float)value, (byte)(index + 1)))).Concat(otherLabels.Select(value => ((float)value, (byte)0))).ToArray();
        var mask = new byte[label.Voxels.Length];
        var strange = new SortedDictionary<float, int>();
        for (var i = 0; i < mask.Length && strange.Count <= MostValues; i++)
        {
            var value = label.Voxels[i];
            if (value != 0 && !TryNumber(numbers, value, out mask[i]))
                strange[value] = strange.GetValueOrDefault(value) + 1;
        }

        var count = mask.Length - mask.AsSpan().Count((byte)0);
        var share = (double)count / mask.Length;
        if (strange.Count > MostValues)
            faults.Add($"The label has more than {MostValues} different values: it is a scan or a map of probabilities; {Accepted}.");
        else if (strange.Count > 0)
            faults.Add($"The label has {Named(strange)}{(count == 0 ? $" and none of {Foreground}" : "")}; {Accepted}.{IgnoredHint(strange)}{Hint([.. strange.Keys.Where(value => !IsIgnored(value))], count)}");
        else if (count == 0)
            faults.Add($"The label is empty: 0 of its {mask.Length} voxels are {Foreground}; 1 or more is accepted.");
        else if (count == mask.Length)
            faults.Add($"The label fills the volume: all of its {mask.Length} voxels are {Foreground}; accepted: some background around the foreground.");
        else if (share > LargestShare)
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"The label covers {share:P0} of the volume; are foreground and background exchanged?"));
        return new LabelMap(label.Size, mask, label.Affine);
    }

    private static bool TryNumber((float Value, byte Number)[] numbers, float value, out byte number)
    {
        // Not by LINQ: this runs for every voxel.
        foreach (var known in numbers)
        {
            if (known.Value != value)
                continue;
            number = known.Number;
            return true;
        }

        number = 0;
        return false;
    }

    private static string Named(SortedDictionary<float, int> strange) => FirstFew.Of(
        strange, pair => string.Create(CultureInfo.InvariantCulture, $"the value {pair.Key} in {Counted.Of(pair.Value, "voxel")}"), "value");

    private bool IsIgnored(float value) => Ignored.Any(ignored => ignored == value);

    private string IgnoredHint(SortedDictionary<float, int> strange) => string.Concat(Ignored.Where(ignored => strange.ContainsKey(ignored)).Select(ignored => string.Create(
        CultureInfo.InvariantCulture,
        $" {DatasetFile.FileName} calls the value {ignored} ignore: voxels that a training leaves out, which is not supported; --other-labels {ignored} would have them learned as background. Draw what they are, or remove the label: the scan is unlabelled then.")));

    private string Hint(IReadOnlyList<float> strange, int foregroundVoxels)
    {
        if (strange.Count is 0 or > FirstFew.Most || strange.Any(value => value is < 1 or > 255 || MathF.Floor(value) != value))
            return "";
        var values = string.Join(' ', strange.Select(value => value.ToString(CultureInfo.InvariantCulture)));
        if (structures.Count > 1)
            return $" If that is background: --other-labels {values}; if it is a structure too, name them all by --structures.";
        return foregroundVoxels == 0
            ? $" If that is the foreground: --foreground {values}"
            : $" If that is background: --other-labels {values}; if it is foreground too: --foreground {string.Join(' ', _foreground)} {values}";
    }
}
