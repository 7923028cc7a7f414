using System.CommandLine;
using System.CommandLine.Invocation;
using Sassnet.Training;
using Sassnet.Training.Commands;
using Sassnet.Training.Distributed;
using Sassnet.Training.Printing;
using Sassnet.Training.Runs;

PlainConsole.Begin();
var asked = TrainingCommandLine.Create().Parse(args);
var isTraining = asked.CommandResult.Command.Name == TrainCommand.Name;

// The library's own handling of signals leaves two seconds and fails at the second signal. Training answers them by itself, since it has something to save.
var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
var isStoppable = asked.Action is AsynchronousCommandLineAction && !isTraining;

// What to name where its memory runs out; most commands take none.
var device = isTraining ? "'device' of the configuration"
    : asked.CommandResult.Command.Options.Any(option => option.Name == DeviceOption.Name) ? DeviceOption.Name
    : null;
try
{
    var exitCode = await asked.InvokeAsync(invocation, isStoppable ? StopSignals.ListenOnce() : CancellationToken.None);
    return asked.Errors.Count > 0 ? ExitCodes.WrongConfiguration : exitCode;
}
catch (Exception failure) when (Failures.Of(failure, device) is { } told)
{
    return World.Fail(told.Line, told.ExitCode);
}
