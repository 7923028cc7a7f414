using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Sassnet.Tests;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>
/// Kinds that are defined by a CustomResourceDefinition of <c>../shared/cluster/crds</c>. A field that its schema does not have, which a
/// cluster would drop without a word, is an error.
/// </summary>
internal static class CustomKinds
{
    private const string KeepsUnknown = "x-kubernetes-preserve-unknown-fields";
    private static readonly Dictionary<(string ApiVersion, string Kind), JsonSchema> Read = [];

    /// <summary>What is wrong with an object, by the place and the reason; the test is skipped where the definitions are absent.</summary>
    public static IReadOnlyList<string> Faults(JsonObject manifest)
    {
        var result = Schema((string)manifest["apiVersion"]!, (string)manifest["kind"]!)
            .Evaluate(JsonSerializer.SerializeToElement(manifest), new EvaluationOptions { OutputFormat = OutputFormat.List });
        var faults = result.IsValid ? [] : (result.Details ?? [])
            .SelectMany(detail => (detail.Errors ?? []).Select(error => $"{detail.InstanceLocation}: {error.Value}"))
            .ToList();
        if (!result.IsValid && faults.Count == 0)
            faults.Add("it does not fit the schema");
        return CoreKinds.MetadataFault(manifest) is { } fault ? [.. faults, $"/metadata: {fault}"] : faults;
    }

    private static JsonSchema Schema(string apiVersion, string kind)
    {
        if (Read.TryGetValue((apiVersion, kind), out var known))
            return known;
        foreach (var file in Directory.EnumerateFiles(RepositoryFiles.Shared("cluster", "crds"), "*.yaml"))
        {
            foreach (var definition in YamlFile.Documents(File.ReadAllText(file)))
            {
                var spec = definition["spec"]!;
                var name = (string)spec["names"]!["kind"]!;
                foreach (var version in spec["versions"]!.AsArray())
                {
                    var schema = version!["schema"]!["openAPIV3Schema"]!.DeepClone().AsObject();

                    // Kubernetes' own: checked by its type.
                    schema["properties"]!["metadata"] = new JsonObject { [KeepsUnknown] = true };
                    Close(schema);
                    Read[($"{spec["group"]}/{version["name"]}", name)] = JsonSchema.FromText(schema.ToJsonString());
                }
            }
        }

        return Read.TryGetValue((apiVersion, kind), out var schemaOfKind)
            ? schemaOfKind
            : throw new KeyNotFoundException($"No definition of {apiVersion} {kind} among those of ../shared/cluster/crds.");
    }

    /// <summary>Makes of an OpenAPI schema the JSON Schema that says the same, and that refuses what it does not name.</summary>
    private static void Close(JsonObject schema)
    {
        var isObject = schema.ContainsKey("properties") || (string?)schema["type"] == "object";
        if (isObject && !schema.ContainsKey("additionalProperties") && (bool?)schema[KeepsUnknown] != true)
            schema["additionalProperties"] = false;
        if ((bool?)schema["nullable"] == true && (string?)schema["type"] is { } type)
            schema["type"] = new JsonArray(type, "null");
        foreach (var name in schema.Select(field => field.Key).Where(IsOpenApis).ToList())
            schema.Remove(name);

        foreach (var property in schema["properties"]?.AsObject().Select(field => field.Value!.AsObject()) ?? [])
            Close(property);
        foreach (var name in (string[])["items", "additionalProperties"])
        {
            if (schema[name] is JsonObject inner)
                Close(inner);
        }
    }

    // What JSON Schema does not know, or needs not.
    private static bool IsOpenApis(string keyword) =>
        keyword is "description" or "nullable" || keyword.StartsWith("x-kubernetes-", StringComparison.Ordinal);
}
