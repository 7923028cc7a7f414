using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace Sassnet.Api.Problems;

/// <summary>Writes problems as <c>application/problem+json</c>, whatever the client accepts: an unreadable refusal would help nobody.</summary>
internal static class ProblemResponse
{
    /// <summary>The media type of RFC 9457.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>The member that repeats <c>X-Request-Id</c>.</summary>
    public const string RequestIdMember = "requestId";

    /// <summary>The one coding of bodies that is taken: none.</summary>
    public const string AcceptedCoding = "identity";

    /// <summary>Answers with a problem, and leaves its type among the request's features; the answer must not have begun.</summary>
    public static async Task WriteAsync(HttpContext context, ProblemType type, string detail, TimeSpan? retryAfter = null)
    {
        context.Features.Set(type);
        var response = context.Response;
        response.StatusCode = type.Status;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait)
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);

        // What would have been taken (RFC 9110, section 15.5.16).
        if (type == ProblemTypes.ContentEncoding)
            response.Headers.AcceptEncoding = AcceptedCoding;
        var details = new ProblemDetails { Type = type.Urn, Title = type.Title, Status = type.Status, Detail = detail };
        details.Extensions[RequestIdMember] = context.TraceIdentifier;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.WriteAsJsonAsync(details, ProblemJson.Readable.ProblemDetails, ContentType, CancellationToken.None);
    }
}

/// <summary>The JSON form of a problem.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class ProblemJson : JsonSerializerContext
{
    /// <summary>Leaves apostrophes as they are: details are read by people in terminals, and a problem's media type is never taken for HTML.</summary>
    public static ProblemJson Readable { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
