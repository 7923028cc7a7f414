using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using k8s.Models;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>Kubernetes' own kinds, by the types of its C# client: a field they do not have is an error, as is a value of another type.</summary>
internal static class CoreKinds
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private static readonly Dictionary<(string ApiVersion, string Kind), Type> Types = typeof(V1Pod).Assembly.GetTypes()
        .Select(type => (Type: type, Entity: type.GetCustomAttribute<KubernetesEntityAttribute>()))
        .Where(pair => pair.Entity is not null)
        .ToDictionary(pair => (ApiVersion(pair.Entity!), pair.Entity!.Kind), pair => pair.Type);

    /// <summary>Whether a kind is one of these.</summary>
    public static bool Has(string apiVersion, string kind) => Types.ContainsKey((apiVersion, kind));

    /// <summary>What is wrong with an object; null for nothing.</summary>
    public static string? Fault(JsonObject manifest) =>
        Fault(manifest, Types[((string)manifest["apiVersion"]!, (string)manifest["kind"]!)]);

    /// <summary>What is wrong with the metadata of any object; null for nothing.</summary>
    public static string? MetadataFault(JsonObject manifest) => Fault(manifest["metadata"]!, typeof(V1ObjectMeta));

    private static string? Fault(JsonNode node, Type type)
    {
        try
        {
            node.Deserialize(type, Strict);
            return null;
        }
        catch (JsonException fault)
        {
            return fault.Message;
        }
    }

    private static string ApiVersion(KubernetesEntityAttribute entity) =>
        string.IsNullOrEmpty(entity.Group) ? entity.ApiVersion : $"{entity.Group}/{entity.ApiVersion}";
}
