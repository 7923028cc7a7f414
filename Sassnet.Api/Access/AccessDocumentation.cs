using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Sassnet.Api.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Sassnet.Api.Access;

/// <summary>
/// Says in the OpenAPI document which scope each operation asks for and with what refusals it may answer; and, where callers have to show who they are, how.
/// </summary>
internal sealed class AccessDocumentation(Door door, EndpointDataSource endpoints) : IDocumentFilter
{
    private const string SchemeName = "bearer";

    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        foreach (var endpoint in endpoints.Endpoints.OfType<RouteEndpoint>())
        {
            if (Scope.Of(endpoint) is not { } requirement || !swaggerDoc.Paths.TryGetValue(Path(endpoint), out var path))
                continue;
            foreach (var (method, operation) in path.Operations ?? [])
            {
                if (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(method.Method, StringComparer.OrdinalIgnoreCase) != false)
                    Describe(operation, endpoint, requirement, swaggerDoc, context);
            }
        }

        // A new one: the filter is given the one that all documents share.
        swaggerDoc.Info = new OpenApiInfo(swaggerDoc.Info)
        {
            Description = swaggerDoc.Info.Description + (door.IsOpen
                ? " **This service is open:** whoever reaches it may use it."
                : " Callers show who they are by `Authorization: Bearer …`, with an API key or a token; each operation names the scope it needs."),
        };
        if (door.IsOpen)
            return;
        swaggerDoc.Components ??= new OpenApiComponents();
        swaggerDoc.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        swaggerDoc.Components.SecuritySchemes[SchemeName] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key (`sassnet_…`), or a token of the issuer that this service accepts.",
        };
    }

    private void Describe(OpenApiOperation operation, Endpoint endpoint, ScopeRequirement requirement, OpenApiDocument document, DocumentFilterContext context)
    {
        operation.Description += $" Scope: {string.Join(" or ", requirement.AnyOf.Select(scope => $"`{scope}`"))}.";
        operation.Responses ??= [];
        if (!operation.Responses.ContainsKey("401"))
        {
            // Described by hand, without the filters that go by an endpoint's metadata.
            var problems = endpoint.Metadata.GetOrderedMetadata<EndpointProblems>().SelectMany(group => group.Types);
            AnswerFilter.AddProblems(operation, problems, context.SchemaGenerator.GenerateSchema(typeof(ProblemDetails), context.SchemaRepository));
        }

        if (!door.IsOpen)
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SchemeName, document)] = [] }];
    }

    private static string Path(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText?.Trim('/');
}
