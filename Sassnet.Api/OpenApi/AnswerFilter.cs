using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Sassnet.Api.Problems;
using Sassnet.Api.Requests;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Sassnet.Api.OpenApi;

/// <summary>Describes what every endpoint answers: its problems by status, each with an example, its own example, and the request's id.</summary>
internal sealed class AnswerFilter : IOperationFilter
{
    private const string ExampleRequestId = "0f6b8f5c2a7d4e0e9d2a4f6b8c0d1e2f";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        operation.Responses ??= [];
        if (metadata.OfType<EndpointExample>().LastOrDefault() is { } example)
            AddExample(operation, example);
        ProblemType[] always = HttpMethods.IsGet(context.ApiDescription.HttpMethod ?? HttpMethods.Get)
            ? [ProblemTypes.UnknownHost, ProblemTypes.Internal]
            : [ProblemTypes.UnknownHost, ProblemTypes.Internal, ProblemTypes.CrossSite];
        var problems = always.Concat(metadata.OfType<EndpointProblems>().SelectMany(group => group.Types));
        AddProblems(operation, problems, context.SchemaGenerator.GenerateSchema(typeof(ProblemDetails), context.SchemaRepository));
        foreach (var response in operation.Responses.Values.OfType<OpenApiResponse>())
            AddHeader(response, RequestId.Header, "The request's id: the one sent where that is a UUID or 32 hexadecimal digits, else a new one.", ExampleRequestId);
    }

    /// <summary>Adds the problems that an operation may answer with, by status.</summary>
    public static void AddProblems(OpenApiOperation operation, IEnumerable<ProblemType> problems, IOpenApiSchema schema)
    {
        foreach (var status in problems.GroupBy(type => type.Status).OrderBy(group => group.Key))
            operation.Responses![status.Key.ToString(CultureInfo.InvariantCulture)] = Answer([.. status], schema);
    }

    /// <summary>Adds a header of type string to an answer.</summary>
    public static void AddHeader(OpenApiResponse response, string name, string description, string example)
    {
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        response.Headers[name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = example };
    }

    private static void AddExample(OpenApiOperation operation, EndpointExample example)
    {
        var content = operation.Responses!["200"].Content!;
        foreach (var media in content.Values.OfType<OpenApiMediaType>())
            media.Example = example.Value.DeepClone();
    }

    private static OpenApiResponse Answer(IReadOnlyList<ProblemType> types, IOpenApiSchema schema)
    {
        var response = new OpenApiResponse
        {
            Description = string.Join(" · ", types.Select(type => $"{type.Title} (`{type.Slug}`)")),
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [ProblemResponse.ContentType] = new OpenApiMediaType
                {
                    Schema = schema,
                    Examples = types.ToDictionary(type => type.Slug, Example),
                },
            },
        };
        if (types[0].Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
            AddHeader(response, "WWW-Authenticate", "How to show who calls (RFC 6750).", "Bearer realm=\"sassnet\"");
        if (types[0].Status == StatusCodes.Status412PreconditionFailed)
            AddHeader(response, "ETag", "What is there.", $"\"{new string('0', 64)}\"");
        if (types.Contains(ProblemTypes.ContentEncoding))
            AddHeader(response, "Accept-Encoding", "Where the body's content coding is refused, the one that is taken: none.", ProblemResponse.AcceptedCoding);
        if (types[0].Status == StatusCodes.Status416RangeNotSatisfiable)
            AddHeader(response, "Content-Range", "How many bytes there are.", "bytes */2097152");
        if (types[0].Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable || types.Any(type => type.IsPassing))
            AddHeader(response, "Retry-After", "Seconds after which to try again.", "12");
        return response;
    }

    private static IOpenApiExample Example(ProblemType type)
    {
        var details = new ProblemDetails { Type = type.Urn, Title = type.Title, Status = type.Status, Detail = type.Example };
        details.Extensions[ProblemResponse.RequestIdMember] = ExampleRequestId;
        return new OpenApiExample { Summary = type.Title, Value = JsonSerializer.SerializeToNode(details, ProblemJson.Default.ProblemDetails) };
    }
}
