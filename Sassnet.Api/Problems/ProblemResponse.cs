using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Sassnet.Api.Requests;
using Sassnet.Api.Telemetry;

namespace Sassnet.Api.Problems;

/// <summary>Writes problems as <c>application/problem+json</c>, whatever the client accepts: an unreadable refusal would help nobody.</summary>
internal sealed class ProblemResponse(ServiceMetrics metrics)
{
    /// <summary>The media type of RFC 9457.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>The member that repeats <c>X-Request-Id</c>.</summary>
    public const string RequestIdMember = "requestId";

    /// <summary>Answers with a problem; the answer must not have begun.</summary>
    public async Task WriteAsync(HttpContext context, ProblemType type, string detail, TimeSpan? retryAfter = null)
    {
        metrics.Failed(type);
        RequestOutcome.Of(context).Problem = type.Slug;
        var response = context.Response;
        response.StatusCode = type.Status;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var details = new ProblemDetails { Type = type.Urn, Title = type.Title, Status = type.Status, Detail = detail };
        details.Extensions[RequestIdMember] = context.TraceIdentifier;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.WriteAsJsonAsync(details, ProblemJson.Readable.ProblemDetails, ContentType, CancellationToken.None);
    }
}
