using System.Text.RegularExpressions;

namespace Sassnet.Api.Requests;

/// <summary>
/// Gives every request an id: the client's own where it is a random number in the usual form, else a new one; answers, problems, logs and the audit carry it.
/// Words are not taken: some would put a patient's name there.
/// </summary>
internal sealed partial class RequestId(RequestDelegate next, ILogger<RequestId> logger)
{
    public const string Header = "X-Request-Id";

    public async Task InvokeAsync(HttpContext context)
    {
        var sent = context.Request.Headers[Header];
        var id = sent is [{ } single] && NumberPattern().IsMatch(single) ? single : Guid.NewGuid().ToString("N");
        context.TraceIdentifier = id;
        context.Response.OnStarting(() =>
        {
            // Set last: the exception handler clears what was set before.
            context.Response.Headers[Header] = id;
            return Task.CompletedTask;
        });
        using (LogScope(logger, id))
            await next(context);
    }

    private static readonly Func<ILogger, string, IDisposable?> LogScope = LoggerMessage.DefineScope<string>("RequestId {RequestId}");

    // 128 bits in hexadecimal digits: a UUID (RFC 9562) with hyphens or without, a W3C trace id, what nginx, Envoy and others make.
    [GeneratedRegex("^[0-9A-Fa-f]{8}(-?)(?:[0-9A-Fa-f]{4}\\1){3}[0-9A-Fa-f]{12}$")]
    private static partial Regex NumberPattern();
}
