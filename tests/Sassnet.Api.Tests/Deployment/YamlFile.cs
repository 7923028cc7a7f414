using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Sassnet.Api.Tests.Deployment;

/// <summary>YAML as the JSON it stands for: what Kubernetes and Docker Compose read it as.</summary>
internal static class YamlFile
{
    private static readonly IDeserializer Reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();
    private static readonly ISerializer Writer = new SerializerBuilder().JsonCompatible().Build();

    /// <summary>Each document of a text.</summary>
    public static IReadOnlyList<JsonObject> Documents(string text)
    {
        var documents = new List<JsonObject>();
        var parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
        {
            if (Reader.Deserialize(parser) is { } document)
                documents.Add(JsonNode.Parse(Writer.Serialize(document))!.AsObject());
        }

        return documents;
    }
}
