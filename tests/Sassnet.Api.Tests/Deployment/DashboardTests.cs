using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using Sassnet.Tests;
using Sassnet.Training.Telemetry;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>
/// The dashboard of <c>deploy/grafana</c> and the autoscaler of <c>deploy/kubernetes</c> ask only for what the service and a training export.
/// </summary>
public sealed class DashboardTests
{
    [Fact]
    public void An_expression_is_taken_apart()
    {
        var query = PromQl.Parse(
            """histogram_quantile(0.95, sum by (le, stage) (rate(a_bucket{instance=~"$i", kind!="x"}[$r]))) / sum without(b) (c:d) and e""");

        Assert.Equal(["a_bucket", "c:d", "e"], query.Metrics);
        Assert.Equal(["le", "stage", "b", "instance", "kind"], query.Labels);
        Assert.Equal([("kind", "!=", "x")], query.Matchers);
    }

    [Fact]
    public async Task Every_query_of_the_dashboard_finds_the_metrics_labels_and_values_it_asks_for()
    {
        var dashboard = JsonNode.Parse(await ReadAsync("grafana", "sassnet.json"));
        var queries = Overlay.All(dashboard, "expr").Select(query => (string)query!).ToList();
        Assert.True(queries.Count > 10, $"only {queries.Count} queries found");
        var exported = new ExportedMetrics(await ExportedMetrics.OfServiceAsync() + await TrainingMetricsAsync());

        Assert.Empty(queries.SelectMany(exported.Missing));
        Assert.NotEmpty(exported.Missing("rate(sassnet_request_total[5m])"));
        Assert.NotEmpty(exported.Missing("sum by (kind) (sassnet_requests_total)"));
        Assert.NotEmpty(exported.Missing("sassnet_training_figure{name=\"dice\"}"));
    }

    [Fact]
    public async Task The_autoscaler_goes_by_a_metric_that_the_service_exports_and_the_adapter_gives()
    {
        var scaling = Overlay.Object("cpu", "HorizontalPodAutoscaler", "sassnet-api")["spec"]!;
        var metric = (string)Assert.Single(Overlay.All(scaling, "metric"))["name"]!;
        var values = Assert.Single(YamlFile.Documents(await ReadAsync("kubernetes", "prometheus-adapter.yaml")));
        var series = (string)Assert.Single(values["rules"]!["custom"]!.AsArray())!["seriesQuery"]!;

        Assert.Equal(metric, Assert.Single(PromQl.Parse(series).Metrics));
        Assert.Empty(new ExportedMetrics(await ExportedMetrics.OfServiceAsync()).Missing(series));
    }

    /// <summary>A training of two steps by the command line's own entry, within this process, where Prometheus' exporter listens.</summary>
    private static async Task<string> TrainingMetricsAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(TrainingMetrics.MeterName).AddPrometheusExporter());
        await using var exporter = builder.Build();
        exporter.MapPrometheusScrapingEndpoint();
        await exporter.StartAsync(TestContext.Current.CancellationToken);

        var folder = Directory.CreateTempSubdirectory("sassnet-dashboard-").FullName;
        try
        {
            var (data, config) = (Path.Combine(folder, "data"), Path.Combine(folder, "config.yaml"));
            await File.WriteAllTextAsync(
                config,
                $$"""
                iterations: 2
                precision: float32
                data: {folder: {{data}}, validation: validation.list}
                preprocessing: {spacingMm: [4, 4, 4], normalisation: robust-zscore}
                network: {filters: 2, discriminatorFilters: 2}
                crops: {sizes: [[16, 16, 16]], labelled: 1, unlabelled: 1}
                window: {patch: [16, 16, 16], stride: [16, 16, 16]}
                run: {validateEvery: 1}
                """,
                TestContext.Current.CancellationToken);
            Run("phantom", "--output", data, "--labelled", "1", "--unlabelled", "1", "--validation", "1");
            Run("train", "--config", config, "--output", Path.Combine(folder, "run"));
            using var client = new HttpClient();
            return await client.GetStringAsync(new Uri(new Uri(exporter.Urls.Single()), "/metrics"), TestContext.Current.CancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Run(params string[] arguments) =>
        Assert.Equal(0, typeof(TrainingMetrics).Assembly.EntryPoint!.Invoke(null, [arguments]));

    private static Task<string> ReadAsync(params string[] path) =>
        File.ReadAllTextAsync(Path.Combine([RepositoryFiles.Root, "deploy", .. path]), TestContext.Current.CancellationToken);
}
