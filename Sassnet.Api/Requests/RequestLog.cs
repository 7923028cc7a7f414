using Sassnet.Api.Telemetry;

namespace Sassnet.Api.Requests;

/// <summary>
/// Logs and counts each request once it is over. The framework's own request log is switched off: it writes addresses as sent, and
/// <c>curl -T name.nii.gz</c> puts a file's name into one.
/// </summary>
internal sealed partial class RequestLog(RequestDelegate next, ServiceMetrics metrics, TimeProvider clock, ILogger<RequestLog> logger)
{
    private const string NoRoute = "(none)";
    private const int ClientClosedRequest = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        var start = clock.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            var outcome = RequestOutcome.Of(context);
            var status = context.RequestAborted.IsCancellationRequested ? ClientClosedRequest : context.Response.StatusCode;
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? NoRoute;
            metrics.Answered(route, status, outcome);
            var method = Method(context.Request.Method);
            var seconds = clock.GetElapsedTime(start).TotalSeconds;
            LogAnswered(method, route, status, seconds, outcome.Model, outcome.Output, outcome.Problem);
        }
    }

    private static string Method(string method) => HttpMethods.IsGet(method) || HttpMethods.IsPost(method) || HttpMethods.IsHead(method) ? method : "other";

    [LoggerMessage(EventId = 1, Level = LogLevel.Information,
        Message = "{Method} {Route} answered {Status} in {Seconds:0.000} s (model {Model}, output {Output}, problem {Problem})")]
    private partial void LogAnswered(string method, string route, int status, double seconds, string? model, string? output, string? problem);
}
