using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Data;
using Sassnet.Training.Evaluation;

namespace Sassnet.Training.Commands;

/// <summary><c>evaluate</c>: measures a package on labelled cases, each at its own grid.</summary>
internal static class EvaluateCommand
{
    // What the LA data set says of itself; its files do not.
    private const double AssumedVoxelSizeMm = 0.625;

    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "The package's folder.", Required = true };
        var data = new Option<string>("--data") { Description = "The folder of cases.", Required = true };
        var list = new Option<string>("--list") { Description = "A list file in that folder.", Required = true };
        var output = new Option<string>("--output") { Description = "Where cases.csv, summary.json and the pictures go.", Required = true };
        var mode = new Option<InferenceMode>("--inference") { Description = "auto, whole or window." };
        var voxelSize = new Option<double?>("--voxel-size-mm")
        {
            Description = "Voxel size of files that carry none (.h5). Where it is not given, 0.625 is assumed for the network, and no distance is stated in millimetres.",
        };
        var foreground = new Option<int[]>("--label-values")
        {
            Description = "The voxel values of the foreground in label files; the package's own where omitted.",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        var device = DeviceOption.Create();
        var record = new Option<bool>("--record") { Description = "Write the figures into the package's model.json, with the mean Dice of each inference mode; for --inference auto." };
        var command = new Command("evaluate", "Measure a package on labelled cases, with and without their smaller components, and draw the best, the median and the worst.")
        {
            model, data, list, output, mode, voxelSize, foreground, device, record,
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            TorchRuntime.Load();
            var package = ModelPackage.Open(arguments.GetRequiredValue(model));
            var files = Files(arguments.GetRequiredValue(data), arguments.GetValue(voxelSize));
            var cases = files.List(arguments.GetRequiredValue(list));
            var folder = arguments.GetRequiredValue(output);
            using var segmenter = Segmenter.Load(package, DeviceOption.Segmenter(arguments.GetRequiredValue(device)), NullLogger.Instance);
            var evaluator = new Evaluator(segmenter, files, arguments.GetValue(foreground) is [_, ..] values ? values : [package.Manifest.Labels[0].Value]);
            var measured = arguments.GetValue(record)
                ? MeasureModes(evaluator, cases, arguments.GetValue(mode), cancellationToken)
                : new() { [arguments.GetValue(mode)] = evaluator.Score(cases, arguments.GetValue(mode), Console.Out, cancellationToken) };
            var dice = measured.ToDictionary(mode => JsonNamingPolicy.CamelCase.ConvertName(mode.Key.ToString()), MeanDice);
            var used = measured.Count > 1 ? ModeChoice.Resolve(InferenceMode.Auto, dice) : measured.Keys.Single();
            var summary = Evaluator.Write(folder, measured[used]);
            if (measured.Count > 1)
                Record(package, dice, summary, arguments.GetRequiredValue(list));
            EvaluationPictures.Write(folder, evaluator, measured[used], used, cancellationToken);
            Console.WriteLine(Line(summary));
            return Task.CompletedTask;
        });
        return command;
    }

    private static CaseFiles Files(string folder, double? voxelSizeMm)
    {
        if (voxelSizeMm is { } given && !(given > 0 && double.IsFinite(given)))
            throw new InvalidConfigurationException(FormattableString.Invariant($"--voxel-size-mm is {given}; accepted: a length above 0."));
        var side = voxelSizeMm ?? AssumedVoxelSizeMm;
        return new CaseFiles(folder, new VoxelSize(side, side, side), voxelSizeMm is not null);
    }

    // What `auto` chooses from must be measured in both modes first.
    private static Dictionary<InferenceMode, IReadOnlyList<CaseScore>> MeasureModes(
        Evaluator evaluator, IReadOnlyList<string> cases, InferenceMode requested, CancellationToken cancellationToken)
    {
        if (requested != InferenceMode.Auto)
            throw new InvalidConfigurationException($"--record measures both modes and records what auto then takes; --inference is {requested}, accepted with it: auto.");
        var measured = new Dictionary<InferenceMode, IReadOnlyList<CaseScore>>();
        foreach (var mode in (InferenceMode[])[InferenceMode.Window, InferenceMode.Whole])
        {
            Console.WriteLine($"inference {mode}");
            measured[mode] = evaluator.Score(cases, mode, Console.Out, cancellationToken);
        }

        return measured;
    }

    private static double MeanDice(KeyValuePair<InferenceMode, IReadOnlyList<CaseScore>> measured) =>
        Math.Round(measured.Value.Average(score => score.Largest.Dice), 4);

    private static void Record(ModelPackage package, Dictionary<string, double> dice, EvaluationSummary summary, string list)
    {
        var metrics = new ValidationMetrics(
            $"{list}, {summary.Cases} scans at their own grid, largest component",
            Math.Round(summary.Dice, 4),
            Math.Round(summary.Jaccard, 4),
            Math.Round(summary.Hd95 ?? double.PositiveInfinity, 2),
            Math.Round(summary.Asd ?? double.PositiveInfinity, 2));
        package.With(package.Manifest with
        {
            Inference = package.Manifest.Inference with { ValidationDice = dice },
            Metrics = summary.Empty < summary.Cases ? metrics : null,
        });
    }

    private static string Line(EvaluationSummary summary)
    {
        var interval = summary.Intervals.Dice is { } dice ? string.Create(CultureInfo.InvariantCulture, $" (95 % interval {dice.Low:F4} to {dice.High:F4})") : "";
        var millimetres = summary.Hd95Mm is { } mm ? string.Create(CultureInfo.InvariantCulture, $" ({mm:F2} and {summary.AsdMm:F2} mm)") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Cases} cases: Dice {summary.Dice:F4}{interval}, Jaccard {summary.Jaccard:F4}, 95HD {summary.Hd95:F2}, ASD {summary.Asd:F2} voxels{millimetres}, {summary.Empty} empty; all components: Dice {summary.AllComponents.Dice:F4}");
    }
}
