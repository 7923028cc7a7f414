using Sassnet.Model.Packages;

namespace Sassnet.Api.Models;

/// <summary>The evaluation that lies beside a published package.</summary>
internal static partial class PublishedEvaluation
{
    /// <summary>
    /// Reads it; null where there is none. One that is damaged, or of another package, is named in the log and left out: it is for people to read and
    /// changes no answer, so it is no reason not to serve.
    /// </summary>
    public static PackageEvaluation? Of(ModelPackage package, ILogger logger)
    {
        try
        {
            var evaluation = PackageEvaluation.Read(package.Folder);
            evaluation?.RequireOf(package);
            return evaluation;
        }
        catch (Exception fault) when (fault is InvalidPackageException or IOException or UnauthorizedAccessException)
        {
            LogLeftOut(logger, package.Identifier, fault.Message);
            return null;
        }
    }

    [LoggerMessage(EventId = 22, Level = LogLevel.Warning, Message = "Model {Model} is served without its evaluation: {Fault}")]
    private static partial void LogLeftOut(ILogger logger, string model, string fault);
}
