using System.CommandLine;
using Sassnet.Model.Files;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Wording;
using Sassnet.Training.Configuration;
using Sassnet.Training.Importing;

namespace Sassnet.Training.Commands;

/// <summary><c>import</c>: makes a model package of a PyTorch checkpoint that was trained elsewhere.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Option<FileInfo>("--pth") { Description = "What torch.save wrote: a state dict, or a dictionary with one.", Required = true }.Taking("a file");
        var output = new Option<string>("--output") { Description = "The package's folder.", Required = true }.Taking("a folder");
        var key = new Option<string?>("--key") { Description = "Under which key of the file the state dict lies, where there are several." }.Taking("a key of the file");
        var config = new Option<FileInfo?>("--config") { Description = "A YAML file with what the package is to say: of the keys of a training configuration, those that export takes." }.Taking("a file");
        var set = new Option<string[]>("--set")
        {
            Description = $"A value in place of the file's, such as preprocessing.orientation=LPS; may be given several times. Needed, here or there, are {string.Join(", ", ImportedPackage.RequiredKeys(new TrainingOptions()))}; of a network of several structures 'labels' in the place of 'label', in the order of its channels.",
            DefaultValueFactory = _ => [],
        }.Taking("KEY=VALUE");
        var method = new Option<string>("--method") { Description = "How it was trained, in a word.", DefaultValueFactory = _ => "imported" }.Taking("a word");
        var labelled = Count("--labelled", "Scans it was trained on with their labels; 0 where nobody knows.");
        var unlabelled = Count("--unlabelled", "Scans it was trained on without labels.");
        var iterations = Count("--iterations", "Training iterations; 0 where nobody knows.");
        var command = new Command("import", "Make a model package of a PyTorch checkpoint of the SASSNet and DTC family, whose networks and parameter names are the same. Each channel of its heads is a structure told by a sigmoid. What is in the file is read as data; no code in it is run.")
        {
            file, output, key, config, set, method, labelled, unlabelled, iterations,
        };
        command.SetAction(arguments =>
        {
            var checkpoint = arguments.GetRequiredValue(file);
            if (!checkpoint.Exists)
                throw new InvalidConfigurationException($"There is no checkpoint {checkpoint}.");
            var options = TrainingOptionsFile.ReadGiven(arguments.GetValue(config)?.FullName, arguments.GetValue(set) ?? [], ImportedPackage.RequiredKeys);
            var training = new TrainingProvenance(
                arguments.GetRequiredValue(method),
                arguments.GetValue(labelled),
                arguments.GetValue(unlabelled),
                arguments.GetValue(iterations),
                options.Data.Description,
                DateOnly.FromDateTime(FileStamp.Of(checkpoint.FullName).ModifiedUtc),
                "unknown");
            TorchRuntime.Load();
            var package = ImportedPackage.Write(checkpoint, arguments.GetValue(key), options, training, arguments.GetRequiredValue(output));
            Console.WriteLine($"wrote {package.Identifier} to {package.Folder}, {Counted.Of(package.Manifest.Architecture.Filters, "filter")}, {string.Join(" and ", package.Manifest.Labels.Select(label => label.Name))}; measure it: evaluate --model {ShellWord.Quoted(package.Folder)} --data DATA --list LIST --output FOLDER --record");
        });
        return command;
    }

    private static Option<int> Count(string name, string description)
    {
        var count = new Option<int>(name) { Description = description };
        count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
                result.AddError($"{name} is {result.GetValueOrDefault<int>()}; accepted: 0 or more.");
        });
        return count;
    }
}
