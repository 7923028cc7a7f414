using System.Text.Json.Nodes;
using System.Xml.Linq;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>What <c>deploy/compose.yaml</c> and its neighbours must agree on.</summary>
public sealed class ComposeTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "deploy");
    private static readonly string Version =
        XDocument.Load(Path.Combine(RepositoryFiles.Root, "Directory.Build.props")).Descendants("Version").Single().Value;

    private static JsonObject Services => Read("compose.yaml")["services"]!.AsObject();

    [Fact]
    public void Every_port_is_this_machines_alone()
    {
        var ports = Overlay.All(Services, "ports").SelectMany(list => list.AsArray()).ToList();

        Assert.NotEmpty(ports);
        Assert.All(ports, port => Assert.StartsWith("127.0.0.1:", (string)port!, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_file_that_is_mounted_is_there()
    {
        var mounts = BeforeColon(Overlay.All(Services, "volumes")).Where(source => source.StartsWith("./", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(mounts);
        Assert.All(mounts, source => Assert.True(Path.Exists(Path.Combine(Folder, source)), $"{source} is missing"));
    }

    [Fact]
    public void Prometheus_reaches_the_service_by_a_name_that_it_answers_to()
    {
        var targets = BeforeColon(Overlay.All(Read("compose/prometheus.yaml"), "targets")).ToList();

        Assert.All(targets, target => Assert.True(Services.ContainsKey(target), $"{target} is no service"));
        Assert.Contains((string)Services["api"]!["environment"]!["Sassnet__Server__Hosts"]!, targets);
    }

    [Theory]
    [InlineData("compose.yaml")]
    [InlineData("archive/compose.yaml")]
    public void What_a_container_prints_fills_no_disk_however_long_it_runs(string file)
    {
        // What only adds to a container of the other file has it from there.
        var containers = Read(file)["services"]!.AsObject().Select(service => service.Value!).Where(service => service["image"] is not null || service["build"] is not null).ToList();

        Assert.NotEmpty(containers);
        Assert.All(containers, container => Assert.Equal("local", (string?)container["logging"]?["driver"]));
    }

    [Fact]
    public void The_images_are_those_of_this_version()
    {
        Assert.Equal($"sassnet-api:{Version}", (string?)Services["api"]!["image"]);
        Assert.Equal($"sassnet-training:{Version}", (string?)Services["training"]!["image"]);
        foreach (var (overlay, suffix) in (ReadOnlySpan<(string, string)>)[("cpu", ""), ("gpu", "-cuda")])
        {
            var images = ((string[])[overlay, $"{overlay}/job", $"{overlay}/sweep", $"{overlay}/trainjob", $"{overlay}/mpijob"])
                .SelectMany(Overlay.Render)
                .SelectMany(document => Overlay.All(document, "image"))
                .Select(image => (string)image!);
            string[] own = [$"sassnet-api:{Version}{suffix}", $"sassnet-training:{Version}{suffix}"];
            Assert.Equal(own, images.Distinct().Order(StringComparer.Ordinal));
        }
    }

    private static IEnumerable<string> BeforeColon(IEnumerable<JsonNode> lists) =>
        lists.SelectMany(list => list.AsArray()).Select(item => ((string)item!).Split(':')[0]);

    private static JsonObject Read(string name) => Assert.Single(YamlFile.Documents(File.ReadAllText(Path.Combine(Folder, name))));
}
