using Microsoft.AspNetCore.Connections;
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
        IOException { InnerException: AddressInUseException } => failure.Message,
        _ => null,
    };
}
