using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Sassnet.Model.Native;

namespace Sassnet.Api.Configuration;

/// <summary>The service cannot start as configured. The message is one line that says what to change.</summary>
public sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Says in one line, without a stack trace, why the service cannot start, where that is for whoever runs it to mend.</summary>
internal static class StartFailure
{
    private const int Failed = 1;
    private const string Binder = "Microsoft.Extensions.Configuration.Binder";
    private const string Logging = "Microsoft.Extensions.Logging.Configuration";
    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel.Core";

    /// <summary>Runs the service; returns the process's exit code.</summary>
    public static int Explain(Action run)
    {
        try
        {
            run();
            return 0;
        }
        catch (Exception failure) when (Explanation(failure) is { } line)
        {
            Console.Error.WriteLine($"Sassnet cannot start: {line}");
            return Failed;
        }
    }

    private static string? Explanation(Exception failure) => failure switch
    {
        StartException or TorchUnavailableException => failure.Message,
        OptionsValidationException options => string.Join(" ", options.Failures),
        AggregateException several when several.InnerExceptions.All(one => one is OptionsValidationException) =>
            string.Join(" ", several.InnerExceptions.Select(Explanation)),

        // Of an option in a list or below a name, only the inner failure says which.
        InvalidOperationException { Source: Binder, InnerException: InvalidOperationException { Source: Binder } inner } => Explanation(inner),
        InvalidOperationException { Source: Binder } => failure.Message,
        InvalidOperationException { Source: Logging } => $"Logging: {failure.Message}",
        InvalidOperationException { Source: Kestrel } => failure.Message.Split('\n')[0].TrimEnd(),

        // Of localhost, which is two addresses, neither of which could be had.
        IOException { InnerException: AggregateException { InnerExceptions: [StartException one, ..] } } => one.Message,

        // An address in use, or a certificate's file that is missing or damaged.
        IOException or UnauthorizedAccessException or CryptographicException => failure.Message,
        _ => null,
    };
}
