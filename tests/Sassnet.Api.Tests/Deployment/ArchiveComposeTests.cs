using System.Text.Json.Nodes;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>What <c>deploy/archive</c> and <c>deploy/compose.yaml</c> must agree on. That Orthanc and the script work, OrthancTests tell.</summary>
public sealed class ArchiveComposeTests
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "deploy");

    private static JsonObject Services => Assert.Single(YamlFile.Documents(File.ReadAllText(Path.Combine(Folder, "archive", "compose.yaml"))))["services"]!.AsObject();

    [Fact]
    public void Every_port_is_this_machines_alone_and_one_that_Orthanc_listens_on()
    {
        var ports = Services["orthanc"]!["ports"]!.AsArray().Select(port => (string)port!).ToList();
        var orthanc = Orthanc();
        Assert.Equal([$"127.0.0.1:{orthanc["DicomPort"]}:{orthanc["DicomPort"]}", $"127.0.0.1:{orthanc["HttpPort"]}:{orthanc["HttpPort"]}"], ports);
    }

    [Fact]
    public void The_service_reaches_the_archive_and_the_archive_the_service()
    {
        var (orthanc, api) = (Orthanc(), Services["api"]!["environment"]!);
        var name = (string)orthanc["Sassnet"]!["Archive"]!;
        Assert.Equal($"http://orthanc:{orthanc["HttpPort"]}/dicom-web", (string)api[$"Sassnet__Archive__Servers__{name}__Url"]!);
        Assert.Equal("/dicom-web/", (string)orthanc["DicomWeb"]!["Root"]!);
        Assert.Equal(orthanc["RegisteredUsers"]!.AsObject().Single().Key, (string)api[$"Sassnet__Archive__Servers__{name}__User"]!);
        var service = Assert.Single(YamlFile.Documents(File.ReadAllText(Path.Combine(Folder, "compose.yaml"))))["services"]!["api"]!;
        Assert.Contains($"http://{(string)service["environment"]!["Sassnet__Server__Hosts"]!}:8080/jobs", (string)orthanc["Sassnet"]!["Jobs"]!, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:8080:8080", service["ports"]!.AsArray().Select(port => (string)port!));
    }

    [Fact]
    public void What_is_built_and_copied_is_there()
    {
        var build = Path.Combine(Folder, (string)Services["orthanc"]!["build"]!);
        var copied = File.ReadLines(Path.Combine(build, "Dockerfile")).Single(line => line.StartsWith("COPY", StringComparison.Ordinal)).Split(' ')[1..^1];
        Assert.Equal(["orthanc.json", "sassnet.lua"], copied);
        Assert.All(copied, file => Assert.True(File.Exists(Path.Combine(build, file))));
    }

    private static JsonObject Orthanc() => JsonNode.Parse(
        File.ReadAllText(Path.Combine(Folder, "archive", "orthanc.json")), null, new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })!.AsObject();
}
