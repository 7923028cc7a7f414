using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Options;
using Sassnet.Api.Access;
using Sassnet.Api.Models;
using Sassnet.Api.OpenApi;
using Sassnet.Api.Problems;
using Sassnet.Api.Requests;
using Sassnet.Api.Scheduling;
using Sassnet.Api.Telemetry;
using Sassnet.Api.TemporaryFiles;
using Sassnet.Api.Uploads;
using Sassnet.Model.Dicom.Decoders;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Segmentation;

/// <summary><c>POST /segment</c> and <c>POST /segment/report</c>: receive → segment (<see cref="SegmentationRunner"/>) → send.</summary>
internal static class SegmentEndpoint
{
    public const string ModelHeader = "Sassnet-Model";
    public const string WarningsHeader = "Sassnet-Warnings";
    public const string TimingHeader = "Server-Timing";
    public const string SegEncodingHeader = "Sassnet-Seg-Encoding";

    private const string Early = "What is wrong with a request that can be seen without its body is said before the body is read.";

    public static void AddSegmentation(this IServiceCollection services)
    {
        services.AddSingleton<SegmentationRunner>();
        services.ConfigureSwaggerGen(swagger => swagger.OperationFilter<SegmentDocumentation>());
    }

    /// <summary>
    /// An address for each kind of answer, files and the report: clients that are generated have one type of answer for each.
    /// </summary>
    public static void MapSegment(this IEndpointRouteBuilder app)
    {
        Map(app, "/segment", "Segment", only: null)
            .WithSummary("Segments a volume")
            .WithDescription("Takes one NIfTI volume or one DICOM series and answers with the output asked for, a file. " + Early);
        Map(app, "/segment/report", "SegmentReport", SegmentOutput.Report)
            .WithSummary("Segments a volume and answers with figures about the segmentation")
            .WithDescription("Takes one NIfTI volume or one DICOM series and answers with the report alone, as `POST /segment?output=report` does. " + Early);
    }

    private static IEndpointConventionBuilder Map(IEndpointRouteBuilder app, string path, string name, SegmentOutput? only) => app.MapPost(path, Segment)
        .WithName(name)
        .WithTags("Segmentation")
        .RequireScope(Scope.Segment)
        .WithMetadata(new EndpointOutput(only))
        .WithProblems(
            ProblemTypes.BadRequest,
            ProblemTypes.InvalidParameter,
            ProblemTypes.EmptyUpload,
            ProblemTypes.MalformedMultipart,
            ProblemTypes.VolumePartMissing,
            ProblemTypes.UnexpectedPart,
            ProblemTypes.SeveralVolumes,
            ProblemTypes.UnknownModel,
            ProblemTypes.NotAcceptable,
            ProblemTypes.SlowUpload,
            ProblemTypes.UploadTooLarge,
            ProblemTypes.TooManyFiles,
            ProblemTypes.EstimatedTime,
            ProblemTypes.ContentEncoding,
            ProblemTypes.ModelUnavailable,
            ProblemTypes.DeviceFailed,
            ProblemTypes.QueueFull,
            ProblemTypes.TooManyUploads,
            ProblemTypes.StorageFull,
            ProblemTypes.OutOfMemory,
            ProblemTypes.TimeLimit)
        .WithProblems(VolumeProblemTypes.Examples)
        .WithProblems(only is null ? VolumeProblemTypes.OfDicomResults : [])
        .WithRequestTimeout(RequestsSetup.ComputePolicy);

    private static async Task<FileStreamHttpResult> Segment(
        SegmentQuery query,
        HttpContext context,
        UploadReceiver uploads,
        TemporaryFolder folder,
        PixelDecoder decoder,
        ModelCatalogue catalogue,
        DeviceScheduler scheduler,
        SegmentationRunner runner,
        IOptions<UploadOptions> limits,
        ServiceMetrics metrics,
        TimeProvider clock,
        CancellationToken aborted)
    {
        // Whatever can be refused without the volume is refused before it is received.
        var (output, mediaType) = OutputNegotiation.Choose(query.Output, context.Request.Headers, isDicom: true);
        using var lease = catalogue.Lease(query.Model);
        var (model, flow, outcome) = (lease.Model, Flow.Of(context), RequestOutcome.Of(context));
        scheduler.Require(model, flow);
        (outcome.Model, outcome.Output) = (model.Identifier, output.Name);

        var stages = new StageTimings(metrics, clock);
        using var input = await ReceiveAsync(uploads, context.Request, stages, aborted);
        query.RequireFit(input.IsDicom);
        if (output.IsDicom && !input.IsDicom)
            (output, mediaType) = OutputNegotiation.Choose(query.Output, context.Request.Headers, isDicom: false);
        outcome.Output = output.Name;
        var answer = folder.NewFile();
        context.Response.RegisterForDispose(answer);
        var source = new VolumeSource(input.Files, input.Folder, query.Series, decoder, limits.Value.ForVolumes());
        var order = new SegmentationOrder(model, query, output, source, () => answer.Create(asynchronous: false), stages, flow, Priority.Interactive);
        var found = await runner.RunAsync(order, aborted);

        // The limit is until the answer's first byte; how long the client takes to fetch the rest is its own affair.
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        aborted.ThrowIfCancellationRequested();

        var headers = context.Response.Headers;
        headers[ModelHeader] = model.Identifier;
        headers[WarningsHeader] = Warning.Slugs(found.Warnings, ", ");
        headers[TimingHeader] = stages.ServerTiming;
        if (found.SegEncoding is { } encoding)
            headers[SegEncodingHeader] = encoding;
        headers.Vary = "Accept";
        headers.ContentDisposition = output.Disposition;
        return TypedResults.Stream(answer.OpenLast(), mediaType);
    }

    private static async Task<Upload> ReceiveAsync(UploadReceiver uploads, HttpRequest request, StageTimings stages, CancellationToken aborted)
    {
        using (stages.Start("receive"))
            return await uploads.ReceiveAsync(request, aborted);
    }
}
