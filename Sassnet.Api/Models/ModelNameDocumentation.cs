using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Sassnet.Api.Models;

/// <summary>Describes the path parameter of <c>GET /models/{name}</c>.</summary>
internal sealed class ModelNameDocumentation : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>().Where(parameter => parameter.In == ParameterLocation.Path) ?? [])
        {
            parameter.Description = "The model: `name` for its newest version, or `name@version`.";
            parameter.Example = ModelExamples.Manifest.Name;
        }
    }
}
