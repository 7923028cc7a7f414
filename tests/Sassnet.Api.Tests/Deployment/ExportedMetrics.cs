using System.Text.RegularExpressions;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>What stands in a page of <c>/metrics</c>: each metric with its labels and the values these had.</summary>
internal sealed partial class ExportedMetrics
{
    private readonly Dictionary<string, Dictionary<string, HashSet<string>>> _metrics = [];

    /// <param name="text">Prometheus' text format.</param>
    public ExportedMetrics(string text)
    {
        foreach (var line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var series = Series().Match(line);
            if (!_metrics.TryGetValue(series.Groups[1].Value, out var labels))
                _metrics[series.Groups[1].Value] = labels = [];
            foreach (Match label in Label().Matches(series.Groups[2].Value))
            {
                if (!labels.TryGetValue(label.Groups[1].Value, out var values))
                    labels[label.Groups[1].Value] = values = [];
                values.Add(label.Groups[2].Value);
            }
        }
    }

    public IEnumerable<string> Names => _metrics.Keys;

    /// <summary>Whether there is such a metric, and it has such a label.</summary>
    public bool Has(string metric, string label) => _metrics.TryGetValue(metric, out var labels) && labels.ContainsKey(label);

    /// <summary>Whether a metric has been seen with a label of such a value.</summary>
    public bool Matches(string metric, string label, string pattern) =>
        _metrics[metric][label].Any(value => Regex.IsMatch(value, $"^(?:{pattern})$"));

    [GeneratedRegex(@"^([A-Za-z_:][\w:]*)(?:\{(.*)\})? ")]
    private static partial Regex Series();

    [GeneratedRegex(@"(\w+)=""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Label();
}
