using System.CommandLine;
using Sassnet.Model.Native;
using Sassnet.Training.Configuration;
using Sassnet.Training.Runs;

namespace Sassnet.Training.Commands;

/// <summary><c>export</c>: makes a model package of a checkpoint, described by the configuration stored in its run.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var checkpoint = new Option<FileInfo?>("--checkpoint") { Description = "A file of a run's checkpoints folder." }.Taking("a file");
        var members = SeveralOption.Create<string>("--members", "In place of --checkpoint: the folders of two runs or more, such as those of the folds. The package has the newest checkpoint of each, and answers with the mean of their maps.").Taking("folders");
        var output = new Option<string>("--output") { Description = "The package's folder.", Required = true }.Taking("a folder");
        var command = new Command("export", "Make a model package (float16 weights) of a checkpoint, or of several runs.") { checkpoint, members, output };
        command.SetAction(arguments =>
        {
            var (file, runs, folder) = (arguments.GetValue(checkpoint), arguments.GetValue(members) ?? [], arguments.GetRequiredValue(output));
            if ((file is null) == (runs.Length == 0))
                throw new InvalidConfigurationException($"{(file is null ? "Neither --checkpoint nor --members" : "Both --checkpoint and --members")} is given; accepted: one of them.");
            TorchRuntime.Load();
            List<RunFolder> opened = [.. runs.Select(RunFolder.Open)];
            var learned = MembersPackage.Learned(opened);
            var package = file is not null ? RunPackage.Write(RunPackage.RunOf(file), file, folder) : MembersPackage.Write(opened, folder);
            foreach (var warning in MembersPackage.Warnings(opened))
                Console.WriteLine($"WARNING {warning}");
            Console.WriteLine($"wrote {package.Identifier} to {package.Folder}{(package.Members > 1 ? $", {package.Members} members: the network takes {package.Members} times as long as one" : "")}");
            if (learned is not null)
                Console.WriteLine(learned);
        });
        return command;
    }
}
