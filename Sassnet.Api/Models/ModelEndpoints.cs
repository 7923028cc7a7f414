using Microsoft.AspNetCore.Http.HttpResults;
using Sassnet.Api.Access;
using Sassnet.Api.OpenApi;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Models;

/// <summary><c>GET /models</c> and <c>GET /models/{name}</c>.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder app)
    {
        var models = app.MapGroup("/models").WithTags("Models").RequireScope(Scope.Models, Scope.Segment);
        models.MapGet(string.Empty, List)
            .WithName("ListModels")
            .WithSummary("Lists the models")
            .WithDescription("Every model that `POST /segment?model=` takes, and whether it is ready.")
            .WithExample(ModelExamples.List, ModelsJson.Default.ModelList);
        models.MapGet("/{name}", Describe)
            .WithName("DescribeModel")
            .WithSummary("Describes a model")
            .WithDescription("The model's manifest: its labels, how inputs are prepared, how it was trained, how well it does on scans it never saw; whether it is ready; and the evaluation it was published with.")
            .WithExample(ModelExamples.Description, ModelsJson.Default.ModelDescription)
            .WithProblems(ProblemTypes.UnknownModel);
    }

    private static Ok<ModelList> List(ModelCatalogue catalogue) => TypedResults.Ok(new ModelList([.. catalogue.Models.Select(model =>
    {
        var manifest = model.Package.Manifest;
        return new ModelSummary(manifest.Name, manifest.Version, model == catalogue.Default, model.State, manifest.Labels);
    })]));

    private static Ok<ModelDescription> Describe(string name, ModelCatalogue catalogue)
    {
        var model = catalogue.Find(name);
        return TypedResults.Ok(new ModelDescription(model.Package.Manifest, model == catalogue.Default, model.State, model.Evaluation));
    }
}
