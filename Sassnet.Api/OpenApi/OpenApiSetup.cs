using System.Reflection;
using Microsoft.OpenApi;
using Sassnet.Model.Packages;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Sassnet.Api.OpenApi;

/// <summary>The OpenAPI document and its page. What a feature has to say of itself it adds by filters of its own.</summary>
internal static class OpenApiSetup
{
    private const string Document = "v1";

    public static void AddOpenApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(swagger =>
        {
            swagger.SwaggerDoc(Document, new OpenApiInfo
            {
                Title = "Sassnet",
                Version = Document,
                Description = "Segments 3-D MRI. Send a NIfTI volume to `POST /segment`; the answer lies on the same grid. "
                    + "Every refusal is a problem (RFC 9457) whose `detail` says what to do.",
                License = new OpenApiLicense { Name = "Apache-2.0" },
            });
            swagger.SupportNonNullableReferenceTypes();
            swagger.NonNullableReferenceTypesAsRequired();
            swagger.IncludeXmlComments(Assembly.GetExecutingAssembly());
            swagger.IncludeXmlComments(typeof(ModelManifest).Assembly);
        });

        // After the filters that features bring: it adds to every answer that they describe.
        services.PostConfigure<SwaggerGenOptions>(swagger => swagger.OperationFilter<AnswerFilter>());
    }

    public static void MapOpenApiDocument(this WebApplication app)
    {
        app.UseSwagger();
        app.UseSwaggerUI(page =>
        {
            page.DocumentTitle = "Sassnet";
            page.SwaggerEndpoint($"/swagger/{Document}/swagger.json", "Sassnet");
            page.DisplayRequestDuration();
        });
        app.MapGet("/", () => TypedResults.Redirect("/swagger")).ExcludeFromDescription();
    }
}
