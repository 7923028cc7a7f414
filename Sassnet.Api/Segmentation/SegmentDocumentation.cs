using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Sassnet.Api.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Sassnet.Api.Segmentation;

/// <summary>Describes <c>POST /segment</c>: its query, both forms of its body and an answer for each output.</summary>
internal sealed class SegmentDocumentation : IOperationFilter
{
    private const string PartName = "volume";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<IEndpointNameMetadata>().All(name => name.EndpointName != SegmentEndpoint.Name))
            return;
        operation.Parameters = [.. SegmentParameter.All.Select(Parameter)];
        operation.RequestBody = Body();
        operation.Responses ??= [];
        operation.Responses["200"] = Answer(context);
    }

    private static OpenApiParameter Parameter(SegmentParameter parameter)
    {
        var isThreshold = parameter == SegmentParameter.Threshold;
        return new OpenApiParameter
        {
            Name = parameter.Name,
            In = ParameterLocation.Query,
            Description = parameter.Description,
            Schema = new OpenApiSchema
            {
                Type = isThreshold ? JsonSchemaType.Number : JsonSchemaType.String,
                Enum = parameter.Values.Count > 0 ? [.. parameter.Values.Select(value => JsonValue.Create(value))] : null,
                Default = parameter.Default is { } value ? Node(value, isThreshold) : null,
                ExclusiveMinimum = isThreshold ? "0" : null,
                ExclusiveMaximum = isThreshold ? "1" : null,
            },
            Examples = new Dictionary<string, IOpenApiExample>
            {
                // The page fills in the first example: absent, so that trying it out sends only what was chosen.
                ["absent"] = new OpenApiExample { Summary = "the default" },
                [parameter.Example] = new OpenApiExample { Value = Node(parameter.Example, isThreshold) },
            },
        };
    }

    private static JsonNode Node(string value, bool isNumber) => isNumber ? JsonNode.Parse(value)! : JsonValue.Create(value);

    private static OpenApiRequestBody Body() => new()
    {
        Required = true,
        Description = "One NIfTI-1 or NIfTI-2 volume, `.nii` or `.nii.gz`, or one DICOM series of MR or CT: a file, a zip of files, or several files. In a part named `volume` or as the whole body; several DICOM files in a part named `volume` each. The format is found from the content.",
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            ["multipart/form-data"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { PartName },
                    Properties = new Dictionary<string, IOpenApiSchema> { [PartName] = Binary("The file.") },
                },
                Example = new JsonObject { [PartName] = "scan.nii.gz" },
            },
            ["application/octet-stream"] = new OpenApiMediaType
            {
                Schema = Binary("The file's bytes."),
                Example = "(the bytes of scan.nii.gz)",
            },
        },
    };

    private static OpenApiResponse Answer(OperationFilterContext context)
    {
        var content = new Dictionary<string, IOpenApiMediaType>();
        foreach (var outputs in SegmentOutput.All.GroupBy(output => output.MediaType))
        {
            content[outputs.Key] = outputs.Contains(SegmentOutput.Report)
                ? new OpenApiMediaType
                {
                    Schema = context.SchemaGenerator.GenerateSchema(typeof(SegmentationReport), context.SchemaRepository),
                    Example = JsonSerializer.SerializeToNode(ReportExample.Value, ReportJson.Default.SegmentationReport),
                }
                : new OpenApiMediaType
                {
                    Schema = Binary(string.Join("; ", outputs.Select(output => $"output={output.Name}: {output.Description}"))),
                    Example = $"(the bytes of {outputs.First().FileName})",
                };
        }

        var response = new OpenApiResponse { Description = "The output asked for. Volumes lie on the input's exact grid.", Content = content };
        AnswerFilter.AddHeader(response, SegmentEndpoint.ModelHeader, "The model that answered, name@version.", "left-atrium@1.0.0");
        AnswerFilter.AddHeader(
            response,
            SegmentEndpoint.WarningsHeader,
            "What is odd about the volume or what was found, a word for each kind, separated by commas; empty where nothing is. output=report has the sentences.",
            "low-agreement, many-components");
        AnswerFilter.AddHeader(response, SegmentEndpoint.TimingHeader, "Milliseconds of each stage.", "receive;dur=12.1, queue;dur=0.2, read;dur=85.0, write;dur=40.7");
        return response;
    }

    private static OpenApiSchema Binary(string description) => new() { Type = JsonSchemaType.String, Format = "binary", Description = description };
}

/// <summary>A report as it may look, for the OpenAPI document.</summary>
internal static class ReportExample
{
    public static SegmentationReport Value { get; } = new(
        new ReportModel("left-atrium", "1.0.0"),
        new ReportInput([576, 576, 88], [0.625, 0.625, 0.625], "LPS"),
        [
            new LabelReport(
                1, "left atrium", "82471001", 382_114, 93.29, 14_870.6, new VoxelBox([231, 190, 12], [371, 322, 70]), ComponentsFound: 3, ComponentsRemoved: 2, 19.4),
        ],
        HeadAgreement: 0.962,
        Threshold: 0.5f,
        "whole",
        "cpu",
        "bfloat16",
        new Dictionary<string, double> { ["receive"] = 0.012, ["queue"] = 0.0002, ["read"] = 0.31, ["infer"] = 1.02 },
        []);
}
