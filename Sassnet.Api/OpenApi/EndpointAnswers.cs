using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Sassnet.Api.Problems;

namespace Sassnet.Api.OpenApi;

/// <summary>The problems an endpoint may answer with, for the OpenAPI document.</summary>
internal sealed record EndpointProblems(IReadOnlyList<ProblemType> Types);

/// <summary>An example of an endpoint's answer, for the OpenAPI document.</summary>
internal sealed record EndpointExample(JsonNode Value);

/// <summary>Attaches them to endpoints.</summary>
internal static class EndpointAnswers
{
    public static RouteHandlerBuilder WithProblems(this RouteHandlerBuilder endpoint, params IReadOnlyList<ProblemType> types) =>
        endpoint.WithMetadata(new EndpointProblems(types));

    public static RouteHandlerBuilder WithExample<T>(this RouteHandlerBuilder endpoint, T example, JsonTypeInfo<T> type) =>
        endpoint.WithMetadata(new EndpointExample(JsonSerializer.SerializeToNode(example, type)!));
}
