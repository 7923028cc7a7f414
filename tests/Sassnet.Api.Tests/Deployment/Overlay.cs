using System.Diagnostics;
using System.Text.Json.Nodes;
using Sassnet.Model.Tests.Dicom;
using Sassnet.Tests;
using Xunit;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>The overlays of <c>deploy/kubernetes</c>, as kubectl renders them.</summary>
internal static class Overlay
{
    private static readonly string Folder = Path.Combine(RepositoryFiles.Root, "deploy", "kubernetes", "overlays");
    private static readonly Dictionary<string, IReadOnlyList<JsonObject>> Rendered = [];

    /// <summary>Every folder that can be applied, relative to <c>overlays</c>.</summary>
    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "kustomization.yaml", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Folder, Path.GetDirectoryName(file)!))
        .Order(StringComparer.Ordinal);

    /// <summary>The objects of an overlay; the test is skipped where kubectl is missing, or is too old to know its fields.</summary>
    public static IReadOnlyList<JsonObject> Render(string name)
    {
        if (Rendered.TryGetValue(name, out var objects))
            return objects;
        using var process = Process.Start(new ProcessStartInfo(Tools.Require("kubectl"), ["kustomize", Path.Combine(Folder, name)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var fault = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var said = fault.GetAwaiter().GetResult();
        var isOld = said.Contains("unknown field \"components\"", StringComparison.Ordinal) || said.Contains("unknown field \"includeTemplates\"", StringComparison.Ordinal);
        Assert.SkipWhen(isOld, "needs kubectl 1.24 or newer, which knows components and labels in templates");
        Assert.True(process.ExitCode == 0, $"kubectl kustomize {name} failed: {said}");
        Assert.Empty(said);
        return Rendered[name] = YamlFile.Documents(text);
    }

    /// <summary>The one object of a kind in an overlay.</summary>
    public static JsonObject Object(string overlay, string kind, string name) =>
        Assert.Single(Render(overlay), document => Text(document["kind"]) == kind && Text(document["metadata"]!["name"]) == name);

    /// <summary>All values of a name anywhere below a node.</summary>
    public static IEnumerable<JsonNode> All(JsonNode? node, string name) => node switch
    {
        JsonObject map => map.SelectMany(field => ((JsonNode[])(field.Key == name ? [field.Value!] : [])).Concat(All(field.Value, name))),
        JsonArray list => list.SelectMany(item => All(item, name)),
        _ => [],
    };

    /// <summary>A string, or null where there is none.</summary>
    public static string? Text(JsonNode? node) => (string?)node;
}
