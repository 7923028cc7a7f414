using Microsoft.AspNetCore.Diagnostics;
using Sassnet.Api.Problems;
using Sassnet.Api.Telemetry;

namespace Sassnet.Api.Requests;

/// <summary>What there is to say of a request once it is over; filled in by whoever learns it first. Holds names of this service only, never the client's.</summary>
internal sealed class RequestOutcome
{
    /// <summary>The id of who sent it, which tells nothing of a person; null where nobody asked who that was.</summary>
    public string? Caller { get; set; }

    /// <summary>
    /// The SHA-256 of the files that were sent, one after the other in the order in which they came, as <c>cat FILES | sha256sum</c> gives it, in lower-case
    /// hexadecimal digits: of a zip that of the zip itself, of a form without its framing. Of a scan that is in an archive that of the order to fetch it, by which
    /// whoever suspects a study can find who ordered it. Null where they were not received whole.
    /// </summary>
    public string? InputSha256 { get; set; }

    /// <summary>The id of the job that was sent, asked for or removed, 32 hexadecimal digits, whether or not there is such a one; null where it was none.</summary>
    public string? Job { get; set; }

    /// <summary>The model that served it, <c>name@version</c>.</summary>
    public string? Model { get; set; }

    /// <summary>The output that was asked for.</summary>
    public string? Output { get; set; }

    /// <summary>The outcome of a request, made at the first call.</summary>
    public static RequestOutcome Of(HttpContext context)
    {
        if (context.Features.Get<RequestOutcome>() is { } known)
            return known;
        var outcome = new RequestOutcome();
        context.Features.Set(outcome);
        return outcome;
    }
}

/// <summary>
/// Logs, audits and counts each request once it is over: one line of the log, in a category of its own so that it can go elsewhere, and the same in the audit
/// file. The framework's own request log is switched off: it writes addresses as sent, and <c>curl -T name.nii.gz</c> puts a file's name into one.
/// </summary>
internal sealed partial class RequestLog(RequestDelegate next, ServiceMetrics metrics, AuditFile audit, TimeProvider clock, ILoggerFactory loggers)
{
    /// <summary>The category of the line.</summary>
    public const string Category = "Sassnet.Audit";

    private const string NoRoute = "(none)";
    private const int ClientClosedRequest = 499;
    private readonly ILogger _logger = loggers.CreateLogger(Category);

    public async Task InvokeAsync(HttpContext context)
    {
        var start = clock.GetTimestamp();
        ProblemType? cut = null;
        try
        {
            await next(context);
        }
        catch (Exception failure) when (context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            // Too late to be answered: the server cuts the connection, and the status that was sent tells of an answer that nobody got whole.
            cut = ProblemExceptionHandler.Of(failure).Type;
            context.Features.Set(cut);
            throw;
        }
        finally
        {
            var outcome = RequestOutcome.Of(context);
            var status = context.RequestAborted.IsCancellationRequested ? ClientClosedRequest : cut?.Status ?? context.Response.StatusCode;
            var route = Route(context);
            metrics.Answered(route, status, outcome.Model, outcome.Output);
            var problem = context.Features.Get<ProblemType>();
            if (problem is not null)
                metrics.Failed(problem.Slug, problem.Status);
            var entry = new AuditEntry(
                clock.GetUtcNow(),
                context.TraceIdentifier,
                outcome.Caller,
                Method(context.Request.Method),
                route,
                outcome.Job,
                outcome.InputSha256,
                outcome.Model,
                outcome.Output,
                status,
                problem?.Slug,
                Math.Round(clock.GetElapsedTime(start).TotalSeconds, 6));
            var isProbe = Probes.Has(route) && status is not (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden);
            if (!isProbe)
                audit.Add(entry);
            var level = isProbe ? LogLevel.Debug : LogLevel.Information;
            LogAnswered(level, entry.Method, route, status, entry.Seconds, entry.Caller, entry.Model, entry.Output, entry.InputSha256, entry.Job, entry.Problem);
        }
    }

    // The exception handler takes the endpoint out of the context before it answers.
    private static string Route(HttpContext context)
    {
        var endpoint = context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint;
        return (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? NoRoute;
    }

    // Those that the service has: any other one is the client's word.
    private static string Method(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method) || HttpMethods.IsHead(method) ? method : "other";

    [LoggerMessage(EventId = 1,
        Message = "{Method} {Route} answered {Status} in {Seconds:0.000} s "
            + "(caller {Caller}, model {Model}, output {Output}, input {InputSha256}, job {Job}, problem {Problem})")]
    private partial void LogAnswered(
        LogLevel level,
        string method,
        string route,
        int status,
        double seconds,
        string? caller,
        string? model,
        string? output,
        string? inputSha256,
        string? job,
        string? problem);
}
