using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>
/// What <c>deploy/archive</c>, <c>deploy/compose.yaml</c> and the overlays with an archive must agree on. That Orthanc, the script and the viewer work, OrthancTests
/// and ViewerTests tell.
/// </summary>
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

    [Theory]
    [InlineData("cpu/archive")]
    [InlineData("gpu/archive")]
    public void On_Kubernetes_too_the_service_reaches_the_archive_and_the_archive_the_service(string overlay)
    {
        var (orthanc, pod) = (Orthanc(), Pod(overlay, "sassnet-orthanc"));
        var container = Assert.Single(pod["containers"]!.AsArray())!;
        var front = Overlay.Object(overlay, "Service", "sassnet-orthanc")["spec"]!["ports"]!.AsArray();
        Assert.Equal([(int)orthanc["DicomPort"]!, (int)orthanc["HttpPort"]!], front.Select(port => (int)port!["port"]!));
        Assert.Equal([(int)orthanc["DicomPort"]!, (int)orthanc["HttpPort"]!], container["ports"]!.AsArray().Select(port => (int)port!["containerPort"]!));

        var api = Pod(overlay, "sassnet-api")["containers"]!.AsArray().Single(each => (string?)each!["name"] == "api")!;
        var server = $"Sassnet__Archive__Servers__{(string)orthanc["Sassnet"]!["Archive"]!}__";
        Assert.Equal($"http://sassnet-orthanc:{orthanc["HttpPort"]}/dicom-web", (string)Variable(api, server + "Url")["value"]!);
        Assert.Equal(orthanc["RegisteredUsers"]!.AsObject().Single().Key, (string)Variable(api, server + "User")["value"]!);
        Assert.Equal(Variable(api, server + "Password")["valueFrom"]!.ToJsonString(), Variable(container, "SASSNET_ARCHIVE_PASSWORD")["valueFrom"]!.ToJsonString());
        JobFolderTests.RequireReached(overlay, "sassnet-orthanc", (int)orthanc["HttpPort"]!);

        var jobs = new Uri((string)Variable(container, "SASSNET_JOBS")["value"]!);
        Assert.Equal(jobs.Port, (int)Assert.Single(Overlay.Object(overlay, "Service", jobs.Host)["spec"]!["ports"]!.AsArray())!["port"]!);
        Assert.Contains(jobs.Host, ((string)Variable(api, "Sassnet__Server__Hosts")["value"]!).Split(';'));
        Assert.Equal("true", (string?)Overlay.Object(overlay, "Deployment", "sassnet-orthanc")["spec"]!["template"]!["metadata"]!["labels"]!["sassnet-client"]);
        var egress = Overlay.Object(overlay, "NetworkPolicy", "sassnet-orthanc")["spec"]!["egress"]!;
        Assert.Contains((int)api["ports"]!.AsArray().Single()!["containerPort"]!, Overlay.All(egress, "port").Select(port => (int)port!));
    }

    [Theory]
    [InlineData("SASSNET_MODEL", "Model")]
    [InlineData("SASSNET_MODALITY", "Modality")]
    [InlineData("SASSNET_MIN_IMAGES", "MinImages")]
    public void What_is_segmented_is_told_by_variables_with_one_default_everywhere(string variable, string key)
    {
        var value = (string)Orthanc()["Sassnet"]![key]!;
        Assert.StartsWith($"${{{variable}:-", value, StringComparison.Ordinal);
        Assert.Equal(value, (string?)Services["orthanc"]!["environment"]![variable]);
        var container = Assert.Single(Pod("cpu/archive", "sassnet-orthanc")["containers"]!.AsArray())!;
        Assert.Equal(value, $"${{{variable}:-{(string?)Variable(container, variable)["value"]}}}");
    }

    [Fact]
    public void On_Kubernetes_too_Orthanc_reads_what_is_shipped_and_keeps_studies_on_a_claim()
    {
        var (orthanc, pod) = (Orthanc(), Pod("cpu/archive", "sassnet-orthanc"));
        var mounts = Assert.Single(pod["containers"]!.AsArray())!["volumeMounts"]!.AsArray().Select(mount => mount!).ToList();
        var configuration = Volume("configuration")["configMap"]!;
        var files = Overlay.Object("cpu/archive", "ConfigMap", (string)configuration["name"]!)["data"]!.AsObject();
        Assert.Equal(["orthanc.json", "sassnet.lua"], files.Select(file => file.Key).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.Equal(File.ReadAllText(Path.Combine(Folder, "archive", file.Key)), (string?)file.Value));
        Assert.Equal((string?)Assert.Single(orthanc["LuaScripts"]!.AsArray()), $"{Mount("configuration")}/sassnet.lua");
        Assert.Equal([Mount("studies"), Mount("studies")], (string[])[(string)orthanc["StorageDirectory"]!, (string)orthanc["IndexDirectory"]!]);
        Assert.NotNull(Volume("studies")["persistentVolumeClaim"]);

        JsonNode Volume(string name) => pod["volumes"]!.AsArray().Single(volume => (string?)volume!["name"] == name)!;

        string Mount(string name) => (string)mounts.Single(mount => (string?)mount["name"] == name)["mountPath"]!;
    }

    [Fact]
    public void The_viewer_listens_where_its_port_is_and_asks_the_archive_below_its_own_address()
    {
        var build = Path.Combine(Folder, (string)Services["viewer"]!["build"]!);
        var variables = File.ReadLines(Path.Combine(build, "Dockerfile")).Single(line => line.StartsWith("ENV", StringComparison.Ordinal))
            .Split(' ')[1..].Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var (server, page, orthanc) = (File.ReadAllText(Path.Combine(build, "httpd.conf")), File.ReadAllText(Path.Combine(build, "app-config.js")), Orthanc());
        Assert.Equal(ViewerVariable().Matches(server).Select(match => match.Groups[1].Value).Distinct().Order(), variables.Keys.Order());

        Assert.Equal([$"127.0.0.1:8081:{variables["VIEWER_LISTEN"]}"], Services["viewer"]!["ports"]!.AsArray().Select(port => (string)port!));
        Assert.Equal($"http://orthanc:{orthanc["HttpPort"]}", variables["VIEWER_ARCHIVE"]);
        var root = (string)orthanc["DicomWeb"]!["Root"]!;
        Assert.Contains($"ProxyPass \"{root}\" \"${{VIEWER_ARCHIVE}}{root}\"", server, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(page, $"(qidoRoot|wadoRoot|wadoUriRoot): '{root.TrimEnd('/')}'"));
        Assert.StartsWith(variables["VIEWER_RUN"], (string)Assert.Single(Services["viewer"]!["tmpfs"]!.AsArray())!, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\$\{(VIEWER_\w+)\}")]
    private static partial Regex ViewerVariable();

    private static JsonNode Pod(string overlay, string name) => Overlay.Object(overlay, "Deployment", name)["spec"]!["template"]!["spec"]!;

    private static JsonNode Variable(JsonNode container, string name) => container["env"]!.AsArray().Single(variable => (string?)variable!["name"] == name)!;

    private static JsonObject Orthanc() => JsonNode.Parse(
        File.ReadAllText(Path.Combine(Folder, "archive", "orthanc.json")), null, new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })!.AsObject();
}
