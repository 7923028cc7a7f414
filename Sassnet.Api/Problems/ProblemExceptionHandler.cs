using Microsoft.AspNetCore.Diagnostics;
using Sassnet.Model.Inference;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Problems;

/// <summary>Turns every exception into a problem; what is not foreseen is logged in full and answered with no more than the request's id.</summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    // ENOSPC and EDQUOT: .NET hands the kernel's number on.
    private const int NoSpace = 28;
    private const int OverQuota = 122;

    private static readonly TimeSpan MemoryRetry = TimeSpan.FromSeconds(10);

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case ProblemException problem:
                await ProblemResponse.WriteAsync(context, problem.Type, problem.Message, problem.RetryAfter);
                return true;
            case InvalidVolumeException fault:
                await ProblemResponse.WriteAsync(context, VolumeProblemTypes.Of(fault), fault.Message);
                return true;
            case DeviceOutOfMemoryException or OutOfMemoryException:
                LogOutOfMemory(exception);
                await ProblemResponse.WriteAsync(context, ProblemTypes.OutOfMemory, ProblemTypes.OutOfMemory.Example, MemoryRetry);
                return true;
            case IOException { HResult: NoSpace or OverQuota }:
                LogDiskFull(exception);
                await ProblemResponse.WriteAsync(context, ProblemTypes.StorageFull, ProblemTypes.StorageFull.Example, ProblemTypes.StorageRetry);
                return true;
            case BadHttpRequestException bad:
                var type = ProblemTypes.OfStatus(bad.StatusCode);
                await ProblemResponse.WriteAsync(context, type, type.Example);
                return true;
            default:
                LogUnexpected(exception);
                await ProblemResponse.WriteAsync(context, ProblemTypes.Internal, ProblemTypes.Internal.Example);
                return true;
        }
    }

    [LoggerMessage(EventId = 500, Level = LogLevel.Error, Message = "A request failed unexpectedly")]
    private partial void LogUnexpected(Exception exception);

    [LoggerMessage(EventId = 503, Level = LogLevel.Warning, Message = "The memory did not suffice for a request")]
    private partial void LogOutOfMemory(Exception exception);

    [LoggerMessage(EventId = 507, Level = LogLevel.Warning, Message = "The disk was full for a request")]
    private partial void LogDiskFull(Exception exception);
}
