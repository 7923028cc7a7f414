using Microsoft.AspNetCore.Http.HttpResults;
using Sassnet.Api.Access;
using Sassnet.Api.OpenApi;
using Sassnet.Api.Problems;

namespace Sassnet.Api.Models;

/// <summary><c>GET /models</c>, <c>GET /models/{name}</c> and <c>PUT /models/{name}/default</c>.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder app)
    {
        var models = app.MapGroup("/models").WithTags("Models").RequireScope(Scope.Models, Scope.Segment);
        models.MapGet(string.Empty, List)
            .WithName("ListModels")
            .WithSummary("Lists the models")
            .WithDescription("Every model that `POST /segment?model=` takes, and whether it is ready; and what is wrong with packages that are not served.")
            .WithExample(ModelExamples.List, ModelsJson.Default.ModelList);
        models.MapGet("/{name}", Describe)
            .WithName("DescribeModel")
            .WithSummary("Describes a model")
            .WithDescription("The model's manifest: its labels, how inputs are prepared, what it was trained on, how well it does on scans it never saw, what it may and must not be used for, its licence; whether it is ready; and the evaluation it was published with.")
            .WithExample(ModelExamples.Description, ModelsJson.Default.ModelDescription)
            .WithProblems(ProblemTypes.UnknownModel);
        app.MapPut("/models/{name}/default", Choose)
            .WithTags("Models")
            .RequireScope(Scope.Models)
            .WithName("ChooseDefaultModel")
            .WithSummary("Makes a model the default")
            .WithDescription("Requests that name no model get this one from now on; what is under way is finished with what it was begun with. A name without a version follows its newest version, whenever one comes.")
            .WithExample(ModelExamples.Default, ModelsJson.Default.DefaultModel)
            .WithProblems(ProblemTypes.UnknownModel, ProblemTypes.ModelUnavailable, ProblemTypes.NotReady);
    }

    private static Ok<ModelList> List(ModelCatalogue catalogue) => TypedResults.Ok(ModelList.Of(catalogue));

    private static Ok<ModelDescription> Describe(string name, ModelCatalogue catalogue)
    {
        var model = catalogue.Find(name);
        return TypedResults.Ok(new ModelDescription(model.Package.Manifest, model == catalogue.Default, model.State, model.Evaluation));
    }

    private static Ok<DefaultModel> Choose(string name, DefaultChoice choice) => TypedResults.Ok(choice.Choose(name));
}
