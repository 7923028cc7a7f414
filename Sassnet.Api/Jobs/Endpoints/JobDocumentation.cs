using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;
using Sassnet.Api.Jobs.Descriptions;
using Sassnet.Api.OpenApi;
using Sassnet.Api.Segmentation;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Sassnet.Api.Jobs.Endpoints;

/// <summary>Which of the operations on jobs an endpoint is, for the OpenAPI document.</summary>
internal sealed record JobOperation(Action<OpenApiOperation, OperationFilterContext> Describe);

/// <summary>Describes what the framework cannot see of the operations on jobs: what is read by hand, and answers that are no JSON.</summary>
internal sealed class JobDocumentation : IOperationFilter
{
    // What a job makes is fetched later, and so no 'Accept' chooses it; the report is a result as the others are.
    private static readonly SegmentParameter Output = SegmentParameter.Output with
    {
        Schema = "JobOutput",
        Description = $"What to make: {SegmentParameter.Outputs}. The report's JSON is described at `POST /segment/report`. "
            + "Without `output`, the segmentation; of a scan in an archive with `store`, `all`.",
    };

    /// <summary><c>POST /jobs</c>.</summary>
    public static JobOperation Submit { get; } = new((operation, context) =>
    {
        operation.Parameters = SegmentDocumentation.Parameters(context, Output);
        operation.Parameters.Add(Text(JobQuery.CallbackName, ParameterLocation.Query, "https://pacs.example.org/sassnet",
            "An address to which the job, as `GET /jobs/{id}` has it, is posted once it has ended; on a host that this service is configured for. Signed as "
            + "Standard Webhooks has it (`webhook-id`, `webhook-timestamp`, `webhook-signature`: HMAC-SHA256), and posted again until it is answered 2xx: as often as this service is configured for, by default for nearly 7 hours, and as long as the job is kept."));
        operation.Parameters.Add(Text(IdempotencyKey.Header, ParameterLocation.Header, "8e03978e-40d5-43dd-bc93-6894a57f9324",
            "A name for this request, such as a UUID, by which it may be sent again without a second job. It belongs to the job for as long as that is kept."));
        var body = SegmentDocumentation.Body();

        // In words: with a third form of the body, generated clients no longer send files.
        body.Description += $" Or, as `application/json`, where it is in an archive: `{JobExamples.Order}`; `series`, `model` and `store` may be left out.";
        operation.RequestBody = body;
        var answer = Json(JobExamples.Waiting, JobsJson.Default.JobDescription, "The job.", context);
        AnswerFilter.AddHeader(answer, "Location", "Where the job is.", $"/jobs/{JobExamples.Waiting.Id}");
        AnswerFilter.AddHeader(answer, JobCache.Header,
            "Where this service is configured to look for them: `hit` where the results were there already, and the job has ended; `miss` where they have to be made.", JobCache.Miss);
        operation.Responses = new OpenApiResponses { ["202"] = answer };
    });

    /// <summary><c>GET /jobs</c>.</summary>
    public static JobOperation List { get; } = new((operation, context) =>
    {
        operation.Parameters =
        [
            Named(JobListQuery.StateName, ParameterLocation.Query, State(context), "succeeded", "Only jobs in this state."),
            Text(JobListQuery.AfterName, ParameterLocation.Query, JobExamples.Next, "`next` of the answer before; without it, the newest jobs."),
            Named(
                JobListQuery.LimitName,
                ParameterLocation.Query,
                new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{JobListQuery.MaxLimit}", Default = JobListQuery.DefaultLimit },
                JobListQuery.DefaultLimit,
                "The most jobs of a page."),
        ];
        operation.Responses = new OpenApiResponses { ["200"] = Json(JobExamples.List, JobsJson.Default.JobList, "A page of jobs.", context) };
    });

    /// <summary><c>GET /jobs/{id}</c>.</summary>
    public static JobOperation One { get; } = new((operation, context) =>
    {
        operation.Parameters = [Id()];
        operation.Responses = new OpenApiResponses { ["200"] = Json(JobExamples.Ended, JobsJson.Default.JobDescription, "The job.", context) };
    });

    /// <summary><c>DELETE /jobs/{id}</c>.</summary>
    public static JobOperation Remove { get; } = new((operation, context) =>
    {
        One.Describe(operation, context);
        operation.Parameters!.Add(Text(JobRemovalQuery.OnlyName, ParameterLocation.Query, JobRemovalQuery.Open, $"`{JobRemovalQuery.Open}`: cancels a job that has not ended, and leaves one that has as it is."));
    });

    /// <summary><c>GET /jobs/{id}/events</c>.</summary>
    public static JobOperation Events { get; } = new((operation, context) =>
    {
        operation.Parameters = [Id(), Text("Last-Event-ID", ParameterLocation.Header, JobEvents.LastId, "The id of the last event that was seen.")];
        var events = new OpenApiResponse
        {
            Description = "The events.",
            Content = new Dictionary<string, IOpenApiMediaType>
            {
                [JobEndpoints.EventStream] = new OpenApiMediaType
                {
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" },
                    Example = $"event: job\ndata: {JsonSerializer.Serialize(JobExamples.Ended, JobsJson.Default.JobDescription)}\nid: {JobEvents.LastId}\n\n",
                },
            },
        };
        AnswerFilter.AddHeader(events, "X-Accel-Buffering", "For proxies: events are to be handed on as they come.", "no");
        operation.Responses = new OpenApiResponses
        {
            ["200"] = events,
            ["204"] = new OpenApiResponse { Description = $"The last event was seen: `Last-Event-ID` is `{JobEvents.LastId}`." },
        };
    });

    /// <summary><c>GET /jobs/{id}/results/{output}</c>.</summary>
    public static JobOperation Result { get; } = new((operation, context) =>
    {
        var report = SegmentOutput.Report;
        operation.Parameters =
        [
            Id(),
            Text("output", ParameterLocation.Path, SegmentOutput.Segmentation.Name, "Which one: an `output` of the job's `results`."),
            Text("Range", ParameterLocation.Header, "bytes=0-1048575", "Only these bytes (RFC 9110)."),
            Text("If-None-Match", ParameterLocation.Header, $"\"{JobExamples.Sha256}\"", "Only if it is not what this `ETag` names."),
        ];
        var same = WithTags(new OpenApiResponse { Description = "It is what `If-None-Match` names." });
        SegmentDocumentation.AddName(same);
        var part = WithTags(File());
        part.Description = "Those of its bytes that `Range` asks for.";
        AnswerFilter.AddHeader(part, "Content-Range", "Which bytes these are, and how many there are.", "bytes 0-1048575/2097152");
        operation.Responses = new OpenApiResponses
        {
            ["200"] = WithTags(File()),
            ["206"] = part,
            ["304"] = same,
        };

        OpenApiResponse File()
        {
            var file = SegmentDocumentation.Files();
            file.Content![report.MediaType] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary", Description = report.Description },
                Example = $"(the bytes of {report.FileName})",
            };
            file.Headers = null;
            SegmentDocumentation.AddName(file);
            return file;
        }
    });

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<JobOperation>().SingleOrDefault() is { } known)
            known.Describe(operation, context);
    }

    private static OpenApiResponse Json<T>(T example, JsonTypeInfo<T> type, string description, OperationFilterContext context) => new()
    {
        Description = description,
        Content = new Dictionary<string, IOpenApiMediaType>
        {
            ["application/json"] = new OpenApiMediaType
            {
                Schema = context.SchemaGenerator.GenerateSchema(typeof(T), context.SchemaRepository),
                Example = JsonSerializer.SerializeToNode(example, type),
            },
        },
    };

    private static OpenApiResponse WithTags(OpenApiResponse answer)
    {
        AnswerFilter.AddHeader(answer, SegmentEndpoint.ModelHeader, "The model that made it, name@version.", JobExamples.Ended.Model);
        AnswerFilter.AddHeader(answer, "ETag", "Its SHA-256.", $"\"{JobExamples.Sha256}\"");
        AnswerFilter.AddHeader(answer, "Accept-Ranges", "That parts of it can be had.", "bytes");
        return answer;
    }

    private static IOpenApiSchema State(OperationFilterContext context) => context.SchemaGenerator.GenerateSchema(typeof(JobState), context.SchemaRepository);

    private static OpenApiParameter Id() => Text("id", ParameterLocation.Path, JobExamples.Ended.Id, "The job's id.");

    private static OpenApiParameter Text(string name, ParameterLocation where, string example, string description) =>
        Named(name, where, new OpenApiSchema { Type = JsonSchemaType.String }, example, description);

    private static OpenApiParameter Named(string name, ParameterLocation where, IOpenApiSchema schema, JsonNode example, string description)
    {
        var parameter = new OpenApiParameter { Name = name, In = where, Description = description, Schema = schema, Required = where == ParameterLocation.Path };
        if (parameter.Required)
            parameter.Example = example;
        else
        {
            // The page fills in the first example: absent, so that trying it out sends only what was chosen.
            parameter.Examples = new Dictionary<string, IOpenApiExample>
            {
                ["absent"] = new OpenApiExample { Summary = "none" },
                ["example"] = new OpenApiExample { Value = example },
            };
        }

        return parameter;
    }
}
