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

    private static readonly string[] Extensions = [".md", ".csv", ".png"];

    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN")
        {
            Description = "The folder of a sweep, whose methods are compared over seeds and folds; or two or more folders that evaluate wrote, or run folders with one named evaluation in them. The others are compared with the first.",
            Arity = ArgumentArity.OneOrMore,
        }.Taking("a folder");
        var output = new Option<string?>("--output") { Description = "Where comparison.md, comparison.csv and comparison.png go, and of several labels those of each, such as comparison-label-1.md; of a sweep, comparison in its folder where omitted." }.Taking("a folder");
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
        var all = EvaluatedRun.OpenAll(runs);
        var labels = ComparedLabels.Of(runs);
        Write(all, folder, Name, []);
        foreach (var label in labels)
        {
            Console.WriteLine($"label {label}:");
            Write(EvaluatedRun.OpenAll(runs, label), folder, $"{Name}{Suffix(label)}", []);
        }

        RemoveOthers(folder, Name, labels);
    }

    private static void CompareSweep(Sweep sweep, string folder)
    {
        var progress = SweepProgress.Read(sweep);
        var results = SweepResults.Read(progress);
        Write(sweep, results, folder, "");
        var measured = progress.MeasuredLabels();
        foreach (var label in measured)
        {
            Console.WriteLine($"label {label}:");
            Write(sweep, SweepResults.Read(progress, label), folder, Suffix(label));
        }

        foreach (var (labels, _) in results.Groups)
            RemoveOthers(folder, NameOf(sweep, labels), measured);
        foreach (var run in results.Unfinished)
            Console.WriteLine($"not in it: {run}");
    }

    private static string Suffix(byte label) => $"-label-{label}";

    // What an earlier comparison said of labels that this one has not would pass for this one's.
    private static void RemoveOthers(string folder, string name, IReadOnlyCollection<byte> labels)
    {
        foreach (var other in Enumerable.Range(1, byte.MaxValue).Select(label => (byte)label).Except(labels))
        {
            foreach (var extension in Extensions)
                File.Delete(Path.Combine(folder, name + Suffix(other) + extension));
        }
    }

    // By what the sweep has and not by what is finished: what is written now must not lie, out of date, beside what is written later.
    private static bool IsSplit(Sweep sweep) => sweep.Runs.DistinctBy(run => run.Labels).Count() > 1;

    private static string Of(int labels) => labels == 0 ? "all labels" : $"{labels} labels";

    private static string NameOf(Sweep sweep, int labels) => IsSplit(sweep) ? $"{Name}-{Of(labels).Replace(' ', '-')}" : Name;

    private static void Write(Sweep sweep, SweepResults results, string folder, string suffix)
    {
        foreach (var (labels, methods) in results.Groups)
        {
            if (IsSplit(sweep))
                Console.WriteLine(labels == 1 ? "1 label:" : $"{Of(labels)}:");
            Write(methods, folder, NameOf(sweep, labels) + suffix, results.Unfinished);
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
