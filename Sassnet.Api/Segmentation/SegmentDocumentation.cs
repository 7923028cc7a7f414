using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Sassnet.Api.OpenApi;
using Sassnet.Model.VolumeFiles;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Sassnet.Api.Segmentation;

/// <summary>
/// Describes <c>POST /segment</c> and <c>POST /segment/report</c>: their query, both forms of their body and their answer. Each has one kind of
/// answer, bytes or JSON, and values have their types, since clients are generated from this.
/// </summary>
internal sealed class SegmentDocumentation : IOperationFilter
{
    private const string PartName = "volume";
    private const string Bytes = "application/octet-stream";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<EndpointOutput>().SingleOrDefault() is not { } answer)
            return;
        operation.Parameters = Parameters(context, answer.Only is null ? SegmentParameter.Output : null);
        operation.RequestBody = Body();
        operation.Responses ??= [];
        operation.Responses["200"] = answer.Only is null ? Files() : Report(context);
    }

    /// <summary>Describes the query.</summary>
    /// <param name="context">Where its types are kept.</param>
    /// <param name="output">What the operation takes for <see cref="SegmentParameter.Output"/>; null where it does not take it.</param>
    public static IList<IOpenApiParameter> Parameters(OperationFilterContext context, SegmentParameter? output) =>
        [.. SegmentParameter.All.Select(parameter => parameter == SegmentParameter.Output ? output : parameter).OfType<SegmentParameter>().Select(parameter => Parameter(parameter, context))];

    private static OpenApiParameter Parameter(SegmentParameter parameter, OperationFilterContext context) => new()
    {
        Name = parameter.Name,
        In = ParameterLocation.Query,
        Description = parameter.Description,
        Schema = parameter.Values.Count > 0 ? Words(parameter, context) : Value(parameter),
        Examples = new Dictionary<string, IOpenApiExample>
        {
            // The page fills in the first example: absent, so that trying it out sends only what was chosen.
            ["absent"] = new OpenApiExample { Summary = "the default" },
            [parameter.Example] = new OpenApiExample { Value = Node(parameter, parameter.Example) },
        },
    };

    private static OpenApiSchema Value(SegmentParameter parameter)
    {
        var isThreshold = parameter == SegmentParameter.Threshold;
        return new OpenApiSchema
        {
            Type = parameter.Type,
            Default = parameter.Default is { } value ? Node(parameter, value) : null,
            ExclusiveMinimum = isThreshold ? "0" : null,
            ExclusiveMaximum = isThreshold ? "1" : null,
        };
    }

    // By a name of its own, so that generated clients have one type for all operations. The report has an address beside POST /segment, and is not listed there.
    private static OpenApiSchemaReference Words(SegmentParameter parameter, OperationFilterContext context)
    {
        if (context.SchemaRepository.Schemas.ContainsKey(parameter.Schema))
            return new OpenApiSchemaReference(parameter.Schema, context.Document);
        var schema = Value(parameter);
        schema.Enum = [.. parameter.Values.Where(value => parameter != SegmentParameter.Output || value != SegmentOutput.Report.Name).Select(value => Node(parameter, value))];
        return context.SchemaRepository.AddDefinition(parameter.Schema, schema);
    }

    private static JsonNode Node(SegmentParameter parameter, string value) =>
        parameter.Type == JsonSchemaType.String ? JsonValue.Create(value) : JsonNode.Parse(value)!;

    /// <summary>Describes both forms of the body.</summary>
    public static OpenApiRequestBody Body() => new()
    {
        Required = true,
        Description = $"Accepted: {VolumeFile.Accepted}. In a part named `volume` or as the whole body; several DICOM files in a part named `volume` each. The format is found from the content.",
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            ["multipart/form-data"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { PartName },
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        [PartName] = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Array,
                            MinItems = 1,
                            Items = Binary("A file."),
                            Description = "The file; or the files of a DICOM series.",
                        },
                    },
                },
                Encoding = new Dictionary<string, OpenApiEncoding> { [PartName] = new() { ContentType = Bytes } },
            },
            [Bytes] = new OpenApiMediaType
            {
                Schema = Binary("The file's bytes."),
                Example = "(the bytes of scan.nii.gz)",
            },
        },
    };

    /// <summary>Describes an answer with files, of all kinds but the report.</summary>
    public static OpenApiResponse Files()
    {
        // The first is what generated clients and the page ask for, and every output is served as that.
        var content = new Dictionary<string, IOpenApiMediaType> { [Bytes] = File("The output asked for.", SegmentOutput.All[0].FileName) };
        foreach (var outputs in SegmentOutput.All.Where(output => output != SegmentOutput.Report).GroupBy(output => output.MediaType))
            content[outputs.Key] = File(string.Join("; ", outputs.Select(output => $"output={output.Name}: {output.Description}")), outputs.First().FileName);
        var answer = Answer("The output asked for. Volumes lie on the input's exact grid.", content);
        AddName(answer);
        return answer;
    }

    /// <summary>Says that an answer names its file.</summary>
    public static void AddName(OpenApiResponse answer) =>
        AnswerFilter.AddHeader(answer, "Content-Disposition", "The file's neutral name, and whether a browser is to show it.", SegmentOutput.All[0].Disposition);

    private static OpenApiMediaType File(string description, string name) =>
        new() { Schema = Binary(description), Example = $"(the bytes of {name})" };

    private static OpenApiResponse Report(OperationFilterContext context)
    {
        var report = new OpenApiMediaType
        {
            Schema = context.SchemaGenerator.GenerateSchema(typeof(SegmentationReport), context.SchemaRepository),
            Example = JsonSerializer.SerializeToNode(ReportExample.Value, ReportJson.Default.SegmentationReport),
        };
        return Answer("Figures about the segmentation.", new() { [SegmentOutput.Report.MediaType] = report });
    }

    private static OpenApiResponse Answer(string description, Dictionary<string, IOpenApiMediaType> content)
    {
        var response = new OpenApiResponse { Description = description, Content = content };
        AnswerFilter.AddHeader(response, SegmentEndpoint.ModelHeader, "The model that answered, name@version.", "left-atrium@1.0.0");
        AnswerFilter.AddHeader(
            response,
            SegmentEndpoint.WarningsHeader,
            "What is odd about the volume or what was found, a word for each kind, separated by commas; empty where nothing is. The report has the sentences.",
            "low-agreement, many-components");
        AnswerFilter.AddHeader(response, SegmentEndpoint.TimingHeader, "Milliseconds of each stage.", "receive;dur=12.1, queue;dur=0.2, read;dur=85.0, write;dur=40.7");
        AnswerFilter.AddHeader(
            response, SegmentEndpoint.SegEncodingHeader, "Where a DICOM Segmentation object is in the answer: how its pixels are stored.", "fractional");
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
                1, "left atrium", "82471001", 382_114, 93.29, 14_870.6, new VoxelBox([231, 190, 12], [371, 322, 70]), ComponentsFound: 3, ComponentsRemoved: 2, 19.4, 84.2),
        ],
        HeadAgreement: 0.962,
        Threshold: 0.5f,
        "whole",
        "cpu",
        "bfloat16",
        new Dictionary<string, double> { ["receive"] = 0.012, ["queue"] = 0.0002, ["read"] = 0.31, ["infer"] = 1.02 },
        SegEncoding: null,
        []);
}
