using System.CommandLine;
using Sassnet.Model.Files;
using Sassnet.Training.Comparison;
using Sassnet.Training.Configuration;
using Sassnet.Training.Sweeps;

namespace Sassnet.Training.Commands;

/// <summary><c>compare</c>: sets evaluations of the same cases, or the methods of a sweep, side by side.</summary>
internal static class CompareCommand
{
    private const string Name = "comparison";

    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN")
        {
            Description = "The folder of a sweep, whose methods are compared over seeds and folds; or two or more folders that evaluate wrote, or run folders with one named evaluation in them. The others are compared with the first.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string?>("--output") { Description = "Where comparison.md, comparison.csv and comparison.png go, and of several labels those of each, such as comparison-label-1.md; of a sweep, comparison in its folder where omitted." };
        var command = new Command("compare", "Compare evaluations of the same cases, or the methods of a sweep: a table, a plot and paired differences.") { runs, output };
        command.SetAction(arguments =>
        {
            var folder = arguments.GetValue(output);
            if (arguments.GetRequiredValue(runs) is [var sweep] && Sweep.IsIn(sweep))
                CompareSweep(Sweep.Open(sweep), folder ?? Path.Combine(sweep, Name));
            else
                CompareRuns(arguments.GetRequiredValue(runs), folder ?? throw new InvalidConfigurationException("--output is missing; only of a sweep may it be left out."));
        });
        return command;
    }

    private static void CompareRuns(IReadOnlyList<string> runs, string folder)
    {
        Write(EvaluatedRun.OpenAll(runs), folder, Name, []);
        foreach (var label in EvaluatedRun.LabelsOf(runs))
        {
            Console.WriteLine($"label {label}:");
            Write(EvaluatedRun.OpenAll(runs, label), folder, $"{Name}{Suffix(label)}", []);
        }
    }

    private static void CompareSweep(Sweep sweep, string folder)
    {
        var progress = SweepProgress.Read(sweep);
        var results = SweepResults.Read(progress);
        Write(sweep, results, folder, "");
        foreach (var label in progress.MeasuredLabels())
        {
            Console.WriteLine($"label {label}:");
            Write(sweep, SweepResults.Read(progress, label), folder, Suffix(label));
        }

        foreach (var run in results.Unfinished)
            Console.WriteLine($"not in it: {run}");
    }

    private static string Suffix(byte label) => $"-label-{label}";

    private static void Write(Sweep sweep, SweepResults results, string folder, string suffix)
    {
        // By what the sweep has and not by what is finished: what is written now must not lie, out of date, beside what is written later.
        var isSplit = sweep.Runs.DistinctBy(run => run.Labels).Count() > 1;
        foreach (var (labels, methods) in results.Groups)
        {
            var of = labels == 0 ? "all labels" : $"{labels} labels";
            if (isSplit)
                Console.WriteLine(labels == 1 ? "1 label:" : $"{of}:");
            Write(methods, folder, (isSplit ? $"{Name}-{of.Replace(' ', '-')}" : Name) + suffix, results.Unfinished);
        }
    }

    private static void Write(IReadOnlyList<EvaluatedRun> runs, string output, string name, IReadOnlyList<string> unfinished)
    {
        var table = ComparisonTable.Markdown(runs);
        var (csv, plot) = (ComparisonTable.Csv(runs), ComparisonPlot.Png(runs));
        var folder = Directory.CreateDirectory(output).FullName;
        AtomicFile.WriteText(Path.Combine(folder, name + ".md"), table + (unfinished.Count > 0 ? $"\nNot in it:\n\n{string.Concat(unfinished.Select(run => $"- {run}\n"))}" : ""));
        AtomicFile.WriteText(Path.Combine(folder, name + ".csv"), csv);
        AtomicFile.Write(Path.Combine(folder, name + ".png"), stream => stream.Write(plot));
        Console.Write(table);
    }
}
