using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Sassnet.Api.Models;
using Sassnet.Api.Tests.Jobs;
using Sassnet.Api.Tests.Service;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>What stands in a page of <c>/metrics</c>: each metric with its labels and the values these had.</summary>
internal sealed partial class ExportedMetrics
{
    /// <summary>What Prometheus itself puts on what it reads, and says of it.</summary>
    private static readonly string[] TargetLabels = ["job", "instance", "namespace", "pod"];
    private const string TargetMetric = "up";

    // What there is only once a job has been through, or a moment after the start.
    private static readonly string[] Late =
        ["sassnet_job_duration_seconds_count", "sassnet_jobs_disk_usage_bytes", "sassnet_jobs_open"];

    private static string? _ofService;

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

    /// <summary>What an expression asks for that is not here: metrics, labels, and values of labels.</summary>
    public IEnumerable<string> Missing(string expression)
    {
        var query = PromQl.Parse(expression);
        foreach (var metric in query.Metrics.Where(metric => metric != TargetMetric))
        {
            if (!Names.Contains(metric))
            {
                yield return $"{metric} of {expression}";
                continue;
            }

            foreach (var label in query.Labels.Except(TargetLabels).Where(label => !Has(metric, label)))
                yield return $"{metric}'s label {label} of {expression}";
            var matchers = query.Matchers.Where(matcher => matcher.Operator is "=" or "=~" && Has(metric, matcher.Label));
            foreach (var (label, _, value) in matchers)
            {
                if (!Matches(metric, label, value))
                    yield return $"{metric} with {label} {value} of {expression}";
            }
        }
    }

    /// <summary>The page of a service that has served, refused, failed and done a job.</summary>
    public static async Task<string> OfServiceAsync()
    {
        if (_ofService is not null)
            return _ofService;
        await using var service = await TestService.StartAsync();
        await RequireAsync(service, Scan.Small, 200);
        await RequireAsync(service, new byte[100], 400);
        await service.Client.WaitAsync(await service.Client.SubmittedAsync(Scan.Small));
        service.Services.GetRequiredService<ModelCatalogue>().Default.On(0)!.Model.Dispose();
        await RequireAsync(service, Scan.Small, 503);
        for (var tries = 0; tries < 600; tries++)
        {
            var text = await service.Client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
            if (Late.All(name => text.Contains("\n" + name, StringComparison.Ordinal)))
                return _ofService = text;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("Not every figure of jobs was there within a minute.");
    }

    private static async Task RequireAsync(TestService service, byte[] scan, int status)
    {
        using var answer = await service.SegmentAsync(scan);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [GeneratedRegex(@"^([A-Za-z_:][\w:]*)(?:\{(.*)\})? ")]
    private static partial Regex Series();

    [GeneratedRegex(@"(\w+)=""((?:[^""\\]|\\.)*)""")]
    private static partial Regex Label();
}
