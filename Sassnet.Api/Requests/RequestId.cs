using System.Text.RegularExpressions;

namespace Sassnet.Api.Requests;

/// <summary>Gives every request an id: the client's own where it is sane, else a new one; answers, problems, logs and traces carry it.</summary>
internal sealed partial class RequestId(RequestDelegate next, ILogger<RequestId> logger)
{
    public const string Header = "X-Request-Id";

    public async Task InvokeAsync(HttpContext context)
    {
        var sent = context.Request.Headers[Header];
        var id = sent is [{ } single] && SanePattern().IsMatch(single) ? single : Guid.NewGuid().ToString("N");
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

    // What trace ids, UUIDs and the like are made of; short enough for any log, and no place for a sentence.
    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}$")]
    private static partial Regex SanePattern();
}
