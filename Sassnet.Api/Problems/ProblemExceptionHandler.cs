using Microsoft.AspNetCore.Diagnostics;
using Sassnet.Model.Files;
using Sassnet.Model.Inference.Memory;
using Sassnet.Model.Volumes;

namespace Sassnet.Api.Problems;

/// <summary>A problem as it is told.</summary>
internal sealed record FoundProblem(ProblemType Type, string Detail, TimeSpan? RetryAfter = null);

/// <summary>Turns every exception into a problem; what is not foreseen is logged in full and answered with no more than the request's id.</summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    private static readonly TimeSpan MemoryRetry = TimeSpan.FromSeconds(10);

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        Log(exception);
        var found = Of(exception);
        await ProblemResponse.WriteAsync(context, found.Type, found.Detail, found.RetryAfter);
        return true;
    }

    /// <summary>The problem of an exception.</summary>
    public static FoundProblem Of(Exception exception) => exception switch
    {
        ProblemException problem => new(problem.Type, problem.Message, problem.RetryAfter),
        InvalidVolumeException fault => new(VolumeProblemTypes.Of(fault), fault.Message),
        DeviceOutOfMemoryException or OutOfMemoryException => new(ProblemTypes.OutOfMemory, ProblemTypes.OutOfMemory.Example, MemoryRetry),
        _ when FullDisk.IsMeantBy(exception) => new(ProblemTypes.StorageFull, ProblemTypes.StorageFull.Example, ProblemTypes.StorageRetry),
        BadHttpRequestException bad when ProblemTypes.OfStatus(bad.StatusCode) is var type => new(type, type.Example),
        _ => new(ProblemTypes.Internal, ProblemTypes.Internal.Example),
    };

    private void Log(Exception exception)
    {
        var type = exception is ProblemException ? null : Of(exception).Type;
        if (type == ProblemTypes.OutOfMemory)
            LogOutOfMemory(exception);
        else if (type == ProblemTypes.StorageFull)
            LogDiskFull(exception);
        else if (type == ProblemTypes.Internal)
            LogUnexpected(exception);
    }

    [LoggerMessage(EventId = 500, Level = LogLevel.Error, Message = "A request failed unexpectedly")]
    private partial void LogUnexpected(Exception exception);

    [LoggerMessage(EventId = 503, Level = LogLevel.Warning, Message = "The memory did not suffice for a request")]
    private partial void LogOutOfMemory(Exception exception);

    [LoggerMessage(EventId = 507, Level = LogLevel.Warning, Message = "The disk was full for a request")]
    private partial void LogDiskFull(Exception exception);
}
