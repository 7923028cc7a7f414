using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>What <c>deploy/archive</c> and <c>deploy/compose.yaml</c> must agree on. That Orthanc, the script and the viewer work, OrthancTests and ViewerTests tell.</summary>
public sealed partial class ArchiveComposeTests
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

    [Theory]
    [InlineData("orthanc", "orthanc.json", "sassnet.lua")]
    [InlineData("viewer", "get-ohif", "httpd.conf", "app-config.js")]
    public void What_is_built_and_copied_is_there(string service, params string[] expected)
    {
        var build = Path.Combine(Folder, (string)Services[service]!["build"]!);
        var copied = File.ReadLines(Path.Combine(build, "Dockerfile")).Where(line => line.StartsWith("COPY", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal));
        var files = copied.SelectMany(line => line.Split(' ')[1..^1]).ToList();
        Assert.Equal(expected, files);
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(build, file))));
    }

    [Fact]
    public void The_viewer_listens_where_its_port_is_and_asks_the_archive_below_its_own_address()
    {
        var build = Path.Combine(Folder, (string)Services["viewer"]!["build"]!);
        var variables = File.ReadLines(Path.Combine(build, "Dockerfile")).Single(line => line.StartsWith("ENV", StringComparison.Ordinal))
            .Split(' ')[1..].Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var (server, page, orthanc) = (File.ReadAllText(Path.Combine(build, "httpd.conf")), File.ReadAllText(Path.Combine(build, "app-config.js")), Orthanc());
        Assert.Equal(Variable().Matches(server).Select(match => match.Groups[1].Value).Distinct().Order(), variables.Keys.Order());

        Assert.Equal([$"127.0.0.1:8081:{variables["VIEWER_LISTEN"]}"], Services["viewer"]!["ports"]!.AsArray().Select(port => (string)port!));
        Assert.Equal($"http://orthanc:{orthanc["HttpPort"]}", variables["VIEWER_ARCHIVE"]);
        var root = (string)orthanc["DicomWeb"]!["Root"]!;
        Assert.Contains($"ProxyPass \"{root}\" \"${{VIEWER_ARCHIVE}}{root}\"", server, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(page, $"(qidoRoot|wadoRoot|wadoUriRoot): '{root.TrimEnd('/')}'"));
        Assert.StartsWith(variables["VIEWER_RUN"], (string)Assert.Single(Services["viewer"]!["tmpfs"]!.AsArray())!, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\$\{(VIEWER_\w+)\}")]
    private static partial Regex Variable();

    private static JsonObject Orthanc() => JsonNode.Parse(
        File.ReadAllText(Path.Combine(Folder, "archive", "orthanc.json")), null, new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })!.AsObject();
}
