using System.Globalization;
using System.Text.Json;
using Sassnet.Model.Networks;

namespace Sassnet.Training.Preparation;

/// <summary>A configuration to start with: the data's own grid, and the paper's settings for the rest.</summary>
internal static class StarterConfiguration
{
    /// <summary>The file's name in the data folder.</summary>
    public const string FileName = "config.yaml";

    // The paper's crop; less where the scans are smaller.
    private static readonly int[] LargestCrop = [112, 112, 80];

    /// <summary>The file's text.</summary>
    public static string Text(PreparationOptions options, DataStatistics statistics, PatientSplit split)
    {
        var spacing = statistics.ProposedSpacingMm;
        var crop = LargestCrop.Select((largest, axis) => Side(statistics.ExtentMm[axis].Median / spacing[axis], largest)).ToArray();
        var semiSupervised = split.Unlabelled.Count > 0;
        string[] lines =
        [
            "# A configuration to start with, made from the scans. Every key left out has the paper's value; change what you know better.",
            "name: my-model",
            "version: 0.1.0",
            semiSupervised ? "method: sassnet" : "method: vnet-sdm  # there are no unlabelled scans; with some, sassnet or bcp",
            "label:",
            .. Label(options.Foreground),
            "  name: foreground",
            "  snomedCode: \"\"",
            "data:",
            $"  folder: {JsonSerializer.Serialize(options.Output)}",
            "  labelled: labelled.list",
            .. semiSupervised ? ["  unlabelled: unlabelled.list"] : Array.Empty<string>(),
            .. split.Validation.Count > 0 ? ["  validation: validation.list"] : Array.Empty<string>(),
            "preprocessing:",
            $"  spacingMm: {List(spacing)}  # the median of the scans; coarser is faster, and often as good",
            "  orientation: RAS",
            "  normalisation: robust-zscore",
            "crops:",
            $"  sizes: [{List(crop)}]",
            "window:",
            $"  patch: {List(crop)}",
            $"  stride: {List([.. crop.Select(side => side / 2)])}",
        ];
        return string.Join('\n', lines) + "\n";
    }

    // A model has one foreground; several values of a file become its value 1.
    private static IEnumerable<string> Label(IReadOnlyList<int> foreground) =>
        foreground.Count == 1 ? [$"  value: {foreground[0]}"] : ["  value: 1", $"  fileValues: [{string.Join(", ", foreground)}]"];

    private static int Side(double voxels, int largest) =>
        Math.Clamp((int)(voxels / VNet.SizeMultiple) * VNet.SizeMultiple, VNet.SizeMultiple, largest);

    private static string List<T>(IReadOnlyList<T> values) => $"[{string.Join(", ", values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)))}]";
}
