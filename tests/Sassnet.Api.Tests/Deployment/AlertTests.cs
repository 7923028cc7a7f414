using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>The alerts of <c>deploy/prometheus</c>: what they ask for is exported, they fire where they should, and Prometheus gets them.</summary>
public sealed class AlertTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "deploy", "prometheus");
    private static readonly string Rules = Path.Combine(Folder, "sassnet-rules.yaml");
    private static readonly string RuleTests = Path.Combine(Folder, "sassnet-rules.test.yaml");

    private static IReadOnlyList<JsonNode> Alerts => [.. Overlay.All(Read(Rules), "rules").SelectMany(rules => rules.AsArray()).Select(rule => rule!)];

    [Fact]
    public async Task Every_alert_asks_only_for_metrics_labels_and_values_that_are_exported()
    {
        var exported = new ExportedMetrics(await ExportedMetrics.OfServiceAsync());

        Assert.NotEmpty(Alerts);
        // Each side by itself: their labels are their own.
        var sides = Alerts.SelectMany(alert => Regex.Split((string)alert["expr"]!, @"\band on \(\)|\band\b|\bor\b"));
        Assert.Empty(sides.SelectMany(exported.Missing));
    }

    [Fact]
    public void Prometheus_takes_the_rules_and_each_fires_where_it_should_and_nowhere_else()
    {
        Tools.Run("promtool", "check", "rules", Rules);
        Tools.Run("promtool", "test", "rules", RuleTests);
        Tools.Run("promtool", "check", "config", "--syntax-only", Path.Combine(RepositoryFiles.Root, "deploy", "compose", "prometheus.yaml"));
    }

    [Fact]
    public void Every_alert_is_tried_both_ways_and_says_what_to_do()
    {
        var tests = File.ReadAllText(RuleTests);
        Assert.All(Alerts, alert =>
        {
            var name = (string)alert["alert"]!;
            Assert.Matches($@"alertname: {name}\s+exp_alerts:", tests);
            Assert.Matches($@"alertname: {name}\}}", tests);
            Assert.Contains((string)alert["labels"]!["severity"]!, (string[])["critical", "warning"]);
            Assert.All((string[])["summary", "description"], text => Assert.True(((string)alert["annotations"]![text]!).Length > 20));
        });
    }

    [Fact]
    public void The_compose_files_Prometheus_reads_them_and_a_cluster_has_them_as_they_are()
    {
        var services = Read(Path.Combine(Folder, "..", "compose.yaml"))["services"]!;
        var mounts = services["prometheus"]!["volumes"]!.AsArray().Select(mount => ((string)mount!).Split(':')).ToList();
        var mount = Assert.Single(mounts, mount => mount[0] == "./prometheus/sassnet-rules.yaml");
        var glob = (string)Assert.Single(Read(Path.Combine(Folder, "..", "compose", "prometheus.yaml"))["rule_files"]!.AsArray())!;
        Assert.Matches($"^{Regex.Escape(glob).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}$", mount[1]);
        Assert.Equal(File.ReadAllText(Rules), (string)Overlay.Object("cpu", "ConfigMap", "sassnet-alerts")["data"]!["sassnet-rules.yaml"]!);
    }

    private static JsonObject Read(string path) => Assert.Single(YamlFile.Documents(File.ReadAllText(path)));
}
