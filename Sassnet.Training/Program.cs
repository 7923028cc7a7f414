using System.CommandLine;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training;
using Sassnet.Training.Commands;
using Sassnet.Training.Configuration;

var root = new RootCommand("Trains segmentation networks on a few labelled and many unlabelled 3D scans, and makes and measures model packages.")
{
    PrepareCommand.Create(),
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    CompareCommand.Create(),
    RobustnessCommand.Create(),
    ExportCommand.Create(),
    PhantomCommand.Create(),
};

try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception failure) when (failure is InvalidConfigurationException or InvalidVolumeException or InvalidPackageException
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
