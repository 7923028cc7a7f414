using System.CommandLine;
using Sassnet.Model.Native;
using Sassnet.Training.Runs;

namespace Sassnet.Training.Commands;

/// <summary><c>export</c>: makes a model package of a checkpoint, described by the configuration stored in its run.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var checkpoint = new Option<FileInfo>("--checkpoint") { Description = "A file of a run's checkpoints folder.", Required = true };
        var output = new Option<string>("--output") { Description = "The package's folder.", Required = true };
        var command = new Command("export", "Make a model package (float16 weights) of a checkpoint.") { checkpoint, output };
        command.SetAction(arguments =>
        {
            TorchRuntime.Load();
            var file = arguments.GetRequiredValue(checkpoint);
            var package = RunPackage.Write(RunPackage.RunOf(file), file, arguments.GetRequiredValue(output));
            Console.WriteLine($"wrote {package.Identifier} to {package.Folder}");
        });
        return command;
    }
}
