using System.CommandLine;
using System.CommandLine.Invocation;
using Sassnet.Training;
using Sassnet.Training.Commands;
using Sassnet.Training.Distributed;
using Sassnet.Training.Printing;
using Sassnet.Training.Runs;

PlainConsole.Begin();
var train = TrainCommand.Create();
var root = new RootCommand("Trains segmentation networks on a few labelled and many unlabelled 3D scans, and makes and measures model packages.")
{
    PrepareCommand.Create(),
    train,
    SweepCommand.Create(),
    EvaluateCommand.Create(),
    SegmentCommand.Create(),
    CompareCommand.Create(),
    RobustnessCommand.Create(),
    ExportCommand.Create(),
    ImportCommand.Create(),
    PublishCommand.Create(),
    PhantomCommand.Create(),
};

var asked = root.Parse(args);

// The library's own handling of signals leaves two seconds and fails at the second signal. Training answers them by itself, since it has something to save.
var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
var isStoppable = asked.Action is AsynchronousCommandLineAction && asked.CommandResult.Command != train;

// What to name where its memory runs out; most commands take none.
var device = asked.CommandResult.Command == train ? "'device' of the configuration"
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
