using System.CommandLine;
using Sassnet.Model.Files;
using Sassnet.Training.Comparison;

namespace Sassnet.Training.Commands;

/// <summary><c>compare</c>: sets evaluations of the same cases side by side.</summary>
internal static class CompareCommand
{
    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN")
        {
            Description = "Two or more folders that evaluate wrote, or run folders with one named evaluation in them. The others are compared with the first.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--output") { Description = "Where comparison.md, comparison.csv and comparison.png go.", Required = true };
        var command = new Command("compare", "Compare evaluations of the same cases: a table, a plot and paired differences.") { runs, output };
        command.SetAction(arguments =>
        {
            var evaluated = EvaluatedRun.OpenAll(arguments.GetRequiredValue(runs));
            var folder = Directory.CreateDirectory(arguments.GetRequiredValue(output)).FullName;
            var table = ComparisonTable.Markdown(evaluated);
            var plot = ComparisonPlot.Png(evaluated);
            AtomicFile.WriteText(Path.Combine(folder, "comparison.md"), table);
            AtomicFile.WriteText(Path.Combine(folder, "comparison.csv"), ComparisonTable.Csv(evaluated));
            AtomicFile.Write(Path.Combine(folder, "comparison.png"), stream => stream.Write(plot));
            Console.Write(table);
        });
        return command;
    }
}
