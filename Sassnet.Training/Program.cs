using System.CommandLine;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;

var train = TrainCommand.Create();
var root = new RootCommand("Trains segmentation networks on a few labelled and many unlabelled 3D scans, and makes and measures model packages.")
{
    PrepareCommand.Create(),
    train,
    EvaluateCommand.Create(),
    CompareCommand.Create(),
    RobustnessCommand.Create(),
    ExportCommand.Create(),
    PhantomCommand.Create(),
};

var asked = root.Parse(args);
var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false };

// The others have nothing to save. Training answers signals by itself, since its iteration may take longer than the two seconds that are left here.
if (asked.CommandResult.Command == train)
    invocation.ProcessTerminationTimeout = null;

try
{
    var code = await asked.InvokeAsync(invocation);
    return asked.Errors.Count > 0 ? ExitCodes.WrongConfiguration : code;
}
catch (InvalidConfigurationException failure)
{
    await Console.Error.WriteLineAsync($"error: {failure.Message}");
    return ExitCodes.WrongConfiguration;
}
catch (Exception failure) when (failure is InvalidVolumeException or InvalidPackageException
    or TorchUnavailableException or TrainingFailedException or IOException or UnauthorizedAccessException)
{
    await Console.Error.WriteLineAsync($"error: {failure.Message}");
    return ExitCodes.Failure;
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("stopped before the end");
    return ExitCodes.Interrupted;
}
