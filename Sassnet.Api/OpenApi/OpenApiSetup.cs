using System.Reflection;
using Microsoft.OpenApi;
using Sassnet.Api.Problems;
using Sassnet.Model.Packages;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Sassnet.Api.OpenApi;

/// <summary>The OpenAPI document and its page. What a feature has to say of itself it adds by filters of its own.</summary>
internal static class OpenApiSetup
{
    private const string Document = "v1";

    // What is answered before an endpoint is found, or where there is none.
    private static readonly ProblemType[] Anywhere = [ProblemTypes.UnknownHost, ProblemTypes.NotFound, ProblemTypes.MethodNotAllowed];

    public static void AddOpenApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(swagger =>
        {
            swagger.SwaggerDoc(Document, new OpenApiInfo
            {
                Title = "Sassnet",
                Version = Document,
                Description = "Segments 3-D MRI. Send a NIfTI volume or a DICOM series to `POST /segment`: volumes in the answer lie on its exact grid, and for DICOM there are DICOM objects too. "
                    + "Every refusal is a problem (RFC 9457) whose `detail` says what to do. Besides those that each endpoint lists there are "
                    + $"{string.Join(", ", Anywhere.Select(type => $"`{type.Slug}` ({type.Status})"))}.",
                License = new OpenApiLicense { Name = "Apache-2.0" },
            });
            // HEAD is answered wherever GET is: described once is enough.
            swagger.DocInclusionPredicate((_, operation) => operation.HttpMethod != HttpMethods.Head);
            swagger.SupportNonNullableReferenceTypes();
            swagger.NonNullableReferenceTypesAsRequired();

            // A bare reference cannot say that an object may be null, and a generated client would refuse the null.
            swagger.UseAllOfToExtendReferenceSchemas();
            swagger.IncludeXmlComments(Assembly.GetExecutingAssembly());
            swagger.IncludeXmlComments(typeof(ModelManifest).Assembly);
        });

        // After the filters that features bring: it adds to every answer that they describe.
        services.PostConfigure<SwaggerGenOptions>(swagger => swagger.OperationFilter<AnswerFilter>());
    }

    /// <summary>Nobody has to show who he is for it: it says nothing of this service that its source does not, and a browser shows a page before it can.</summary>
    public static void MapOpenApiDocument(this WebApplication app)
    {
        // Below the path under which a proxy publishes the service.
        app.UseSwagger(swagger => swagger.PreSerializeFilters.Add((document, request) =>
            document.Servers = [new OpenApiServer { Url = request.PathBase.HasValue ? request.PathBase : "/" }]));
        app.UseSwaggerUI(page =>
        {
            page.DocumentTitle = "Sassnet";
            page.SwaggerEndpoint($"{Document}/swagger.json", "Sassnet");
            page.DisplayRequestDuration();
        });
    }
}
