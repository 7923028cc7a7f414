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
        Preprocessing = new PreprocessingSpecification([1, 1, 1], "LPS", Normalisation.RobustZScore),
        Inference = new InferenceSpecification([64, 64, 48], [32, 32, 24], new Dictionary<string, double> { ["window"] = 0.87, ["whole"] = 0.869 }),
        Range = new TrainingRange(
            new AxisExtremes([90, 80, 55], [145, 100, 90]), new AxisExtremes([0.6, 0.6, 0.6], [1, 1, 2.5]), new Extremes(30, 130)),
        Card = new ModelCard(
            "Research on the left atrium in late gadolinium-enhanced MRI.",
            "Decisions about patients: this is no medical device. Other organs, sequences and modalities.",
            "40 scans of one scanner.",
            "Apache-2.0"),
        Training = new TrainingProvenance("sassnet", 16, 24, 6000, "40 scans", new DateOnly(2026, 1, 1), "0123456"),
        Metrics = new ValidationMetrics("10 scans", 0.87, 0.775, 9.1, 2.6),
        Sha256 = new string('0', 64),
    };

    public static ModelDescription Description { get; } = new(Manifest, isDefault: true, ModelState.Ready, new PackageEvaluation
    {
        Package = "left-atrium@1.0.0",
        Sha256 = new string('0', 64),
        Set = "validation.list",
        Cases = 10,
        Empty = 0,
        Inference = "whole",
        Dice = new ScoreStatistics(0.869, 0.85, 0.885, 0.79),
        Jaccard = new ScoreStatistics(0.773, 0.745, 0.797, 0.66),
        Hd95 = new ScoreStatistics(9.1, 6.5, 12.2, 19.8),
        Asd = new ScoreStatistics(2.6, 2, 3.3, 5.1),
        Hd95Mm = new ScoreStatistics(5.7, 4.1, 7.6, 12.4),
        AsdMm = new ScoreStatistics(1.6, 1.3, 2.1, 3.2),
        Label = new MeasuredLabel(1, "left atrium"),
        Commit = "0123456",
        Configuration = new string('0', 64),
    });

    public static ModelList List { get; } = new(
        [new ModelSummary(Manifest.Name, Manifest.Version, IsDefault: true, ModelState.Ready, Manifest.Labels)],
        [new PackageProblem("left-atrium@1.1.0", "model.safetensors has another SHA-256 than model.json says. Copy the package again.")]);

    public static DefaultModel Default { get; } = new(Manifest.Name, $"{Manifest.Name}@{Manifest.Version}", IsKept: true);
}

/// <summary>Describes the path parameter of <c>/models/{name}</c>.</summary>
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
