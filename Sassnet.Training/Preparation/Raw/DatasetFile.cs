using System.Globalization;
using System.Text.Json;
using Sassnet.Training.Configuration;

namespace Sassnet.Training.Preparation.Raw;

/// <summary>
/// The <c>dataset.json</c> of a folder as nnU-Net (both versions) and the Medical Segmentation Decathlon lay it out: the labels' names and, where it lists
/// them, the cases.
/// </summary>
/// <param name="LabelNames">The names of foreground labels by voxel value; nothing that is to be ignored.</param>
/// <param name="HasRegions">Whether two of them share a value, as nnU-Net's regions may.</param>
/// <param name="Cases">Image and label of each case as the file lists them, relative to its folder; null where it lists none.</param>
internal sealed record DatasetFile(IReadOnlyDictionary<int, string> LabelNames, bool HasRegions, IReadOnlyList<(string Image, string? Label)>? Cases)
{
    /// <summary>The file's name.</summary>
    public const string FileName = "dataset.json";

    private const string Ignored = "ignore";

    /// <summary>The values that it calls <c>ignore</c>, as nnU-Net's second version does with voxels that nobody annotated, which its losses leave out.</summary>
    public IReadOnlyList<int> IgnoredValues { get; init; } = [];

    /// <summary>Reads the file of a folder; null where there is none, or one of that name that is something else.</summary>
    /// <exception cref="InvalidConfigurationException">It cannot be read.</exception>
    public static DatasetFile? Of(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("labels", out var labels) || labels.ValueKind != JsonValueKind.Object)
                return null;
            var (names, ignored, hasRegions) = Names(labels);
            return new DatasetFile(names, hasRegions, Listed(root)) { IgnoredValues = ignored };
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidConfigurationException($"'{path}' is no data set's description as nnU-Net or the Decathlon write it: {failure.Message}", failure);
        }
    }

    // {"1": "left atrium"} in the Decathlon and nnU-Net's first version, {"left atrium": 1} or, for regions, {"whole": [1, 2]} in its second.
    private static (SortedDictionary<int, string> Names, List<int> Ignored, bool HasRegions) Names(JsonElement labels)
    {
        var (names, ignored, hasRegions) = (new SortedDictionary<int, string>(), new List<int>(), false);
        foreach (var label in labels.EnumerateObject())
        {
            if (label.Value.ValueKind == JsonValueKind.String && int.TryParse(label.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var key))
                Add(key, label.Value.GetString()!);
            else if (label.Value.ValueKind == JsonValueKind.Array)
                label.Value.EnumerateArray().ToList().ForEach(value => Add(value.GetInt32(), label.Name));
            else
                Add(label.Value.ValueKind == JsonValueKind.String ? int.Parse(label.Value.GetString()!, CultureInfo.InvariantCulture) : label.Value.GetInt32(), label.Name);
        }

        return (names, ignored, hasRegions);

        void Add(int value, string name)
        {
            if (value > 0 && name.Equals(Ignored, StringComparison.OrdinalIgnoreCase))
                ignored.Add(value);
            else if (value > 0)
                hasRegions |= !names.TryAdd(value, name);
        }
    }

    private static List<(string Image, string? Label)>? Listed(JsonElement root)
    {
        // Version 2 of nnU-Net may list cases as an object of their names.
        IEnumerable<JsonElement> entries = root.TryGetProperty("training", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray()
            : root.TryGetProperty("dataset", out var named) && named.ValueKind == JsonValueKind.Object ? named.EnumerateObject().Select(entry => entry.Value)
            : [];
        var cases = entries.Select(entry => (Image(entry), entry.TryGetProperty("label", out var label) ? label.GetString() : null)).ToList();
        return cases.Count > 0 ? cases : null;
    }

    private static string Image(JsonElement entry)
    {
        if (!entry.TryGetProperty("images", out var images))
            return entry.GetProperty("image").GetString()!;
        var channels = images.EnumerateArray().Select(image => image.GetString()!).ToList();
        return channels.Count == 1 ? channels[0] : throw new FormatException($"a case has {channels.Count} images; accepted: one channel.");
    }
}
