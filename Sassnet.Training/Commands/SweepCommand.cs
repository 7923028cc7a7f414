using System.CommandLine;
using Sassnet.Model.Wording;
using Sassnet.Training.Sweeps;

namespace Sassnet.Training.Commands;

/// <summary><c>sweep</c>: writes the configurations of many runs that differ in method, seed, fold or number of labels.</summary>
internal static class SweepCommand
{
    public static Command Create()
    {
        var config = new Option<FileInfo>("--config") { Description = "The YAML configuration that the runs share. Paths in it are relative to it.", Required = true }.Taking("a file");
        var output = new Option<string>("--output") { Description = "The sweep's folder: index.csv, configs/, and later a folder per run.", Required = true }.Taking("a folder");
        var methods = SeveralOption.Create<string>("--methods", "The methods, such as vnet-sdm sassnet bcp; the configuration's where omitted.").Taking("methods");
        var seeds = SeveralOption.Create<int>("--seeds", "The seeds, such as 1 2 3; the configuration's where omitted.");
        var folds = new Option<int>("--folds") { Description = "How many folds the data folder has, as 'prepare --folds' writes them; each becomes a run. The configuration's own lists where omitted." };
        var labels = SeveralOption.Create<int>("--labels", "How many scans are used with their labels, such as 8 16; 0 is all. The configuration's data.labelledCases where omitted.");
        var set = new Option<string[]>("--set")
        {
            Description = "A value in place of the configuration's, such as optimizer.learningRate=0.02; may be given several times. Paths are relative to the current folder.",
            DefaultValueFactory = _ => [],
        }.Taking("KEY=VALUE");
        var where = SeveralOption.Create<string>(
            "--set-where", "The same for the runs of one method or with one number of labels alone, such as method=vnet:crops.labelled=4 or labels=8:loss.adversarialWeight=0.015; of two for one key the later counts.").Taking("method=METHOD:KEY=VALUE or labels=COUNT:KEY=VALUE");
        var command = new Command("sweep", "Write a configuration for every combination of methods, seeds, folds and labels; then 'train --sweep' does each, and 'compare' compares them.")
        {
            config, output, methods, seeds, folds, labels, set, where,
        };
        command.SetAction(arguments =>
        {
            var axes = new SweepAxes(
                [.. (arguments.GetValue(methods) ?? []).Select(SweepAxes.Method)], arguments.GetValue(seeds) ?? [], arguments.GetValue(folds), arguments.GetValue(labels) ?? [])
            {
                Settings = [.. (arguments.GetValue(where) ?? []).Select(SweepSetting.Parse)],
            };
            var sweep = Sweep.Write(arguments.GetRequiredValue(output), arguments.GetRequiredValue(config).FullName, arguments.GetValue(set) ?? [], axes);
            foreach (var run in sweep.Runs)
                Console.WriteLine($"{run.Index}  {run.Name}");
            Console.WriteLine($"{Counted.Of(sweep.Runs.Count, "run")} in {sweep.Folder}. Do each: train --sweep {ShellWord.Quoted(sweep.Folder)} --index I --resume, with I from 0 to {sweep.Runs.Count - 1}; then: compare {ShellWord.Quoted(sweep.Folder)}");
        });
        return command;
    }
}
