using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Sassnet.Api.Uploads;

/// <summary>
/// Lets clients see a refusal while they are still sending. Many read nothing before they have sent everything; a connection that ends under them
/// is a broken pipe to them and not an answer. So the answer goes out at once, says that the connection ends with it (what is still on its way is
/// no next request), and what comes in is read and dropped, up to a number of bytes and a time.
/// </summary>
internal sealed class UnreadBody(RequestDelegate next)
{
    private const int FirstRefusal = 400;

    // As much as the largest upload by default.
    private const long MostBytes = 1L << 30;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            if (IsRefusedUnread(context))
                context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
        await next(context);
        if (IsRefusedUnread(context) && !WaitsToSend(context) && !context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.CompleteAsync();
            await DropAsync(context.Request.BodyReader, context.RequestAborted);
        }
    }

    // Later versions of HTTP end a single stream by themselves, with a reason.
    private static bool IsRefusedUnread(HttpContext context) =>
        context.Response.StatusCode >= FirstRefusal
        && (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
        && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
        && context.Features.Get<UploadBody>() is not { HasEnded: true };

    // The server has told it to send when it was first read from.
    private static bool WaitsToSend(HttpContext context) =>
        context.Request.Headers.Expect.Count > 0 && context.Features.Get<UploadBody>() is not { HasBegun: true };

    private static async Task DropAsync(PipeReader body, CancellationToken aborted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        await using var stopping = limit.Token.UnsafeRegister(reader => ((PipeReader)reader!).CancelPendingRead(), body);
        limit.CancelAfter(Longest);
        try
        {
            ReadResult result;
            var dropped = 0L;
            do
            {
                result = await body.ReadAsync(CancellationToken.None);
                dropped += result.Buffer.Length;
                body.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted && !limit.IsCancellationRequested && dropped < MostBytes);
        }
        catch (Exception ending) when (ending is IOException or OperationCanceledException)
        {
            // It went away, is too slow or breaks the rules of HTTP; it has its answer.
        }
    }
}
