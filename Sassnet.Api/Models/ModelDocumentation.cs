using Microsoft.OpenApi;
using Sassnet.Model.Packages;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Sassnet.Api.Models;

/// <summary>Models as they may look, for the OpenAPI document; the figures are made up.</summary>
internal static class ModelExamples
{
    public static ModelManifest Manifest { get; } = new()
    {
        Name = "left-atrium",
        Version = "1.0.0",
        Architecture = new Architecture("vnet-sdm", 16),
        Labels = [new Label(1, "left atrium", "82471001")],
        Preprocessing = new PreprocessingSpecification([1.25, 1.25, 1.25], "LPS", Normalisation.RobustZScore),
        Inference = new InferenceSpecification([64, 64, 48], [32, 32, 24], new Dictionary<string, double> { ["window"] = 0.87, ["whole"] = 0.869 }),
        Training = new TrainingProvenance("sassnet", 16, 24, 6000, "40 scans", new DateOnly(2026, 1, 1), "0123456"),
        Metrics = new ValidationMetrics("10 scans", 0.87, 0.775, 9.1, 2.6),
        Sha256 = new string('0', 64),
    };

    public static ModelList List { get; } = new([new ModelSummary(Manifest.Name, Manifest.Version, IsDefault: true, ModelState.Ready, Manifest.Labels)]);
}

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
