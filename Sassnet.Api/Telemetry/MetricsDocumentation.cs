using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Sassnet.Api.Telemetry;

/// <summary>Describes <c>GET /metrics</c>, which the exporter maps without the metadata the document is made from.</summary>
internal sealed class MetricsDocumentation : IDocumentFilter
{
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
    {
        var operation = new OpenApiOperation
        {
            OperationId = "Metrics",
            Summary = "Gives the service's figures to Prometheus",
            Description = "Requests, failures by problem, queue length and wait, seconds by stage, voxels; devices, models, memory and disk; jobs; "
                + "and the process's and runtime's own.",
            Tags = new HashSet<OpenApiTagReference> { new("Health", swaggerDoc) },
            Responses = new OpenApiResponses
            {
                ["200"] = new OpenApiResponse
                {
                    Description = "Prometheus text",
                    Content = new Dictionary<string, IOpenApiMediaType>
                    {
                        ["text/plain"] = new OpenApiMediaType
                        {
                            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                            Example = "# TYPE sassnet_failures_total counter\nsassnet_failures_total{problem=\"bad-header\",status=\"400\"} 1 1764000000000\n",
                        },
                    },
                },
            },
        };
        var path = new OpenApiPathItem();
        path.AddOperation(HttpMethod.Get, operation);
        swaggerDoc.Paths["/metrics"] = path;
    }
}
