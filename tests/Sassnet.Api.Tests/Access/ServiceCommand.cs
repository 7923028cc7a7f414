using Sassnet.Api.Tests.Service;

namespace Sassnet.Api.Tests.Access;

/// <summary>Runs the program with arguments, to its end.</summary>
internal static class ServiceCommand
{
    public static Task<(int Exit, string Output, string Error)> RunAsync(string[] arguments, params (string Key, string Value)[] environment)
    {
        var start = ServiceProcess.Command(null, environment);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return ServiceProcess.RunAsync(start);
    }
}
