using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Inference;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Data;

namespace Sassnet.Training.Commands;

/// <summary><c>evaluate</c>: measures a package on labelled cases, each at its own grid.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model") { Description = "The package's folder.", Required = true };
        var data = new Option<string>("--data") { Description = "The folder of cases.", Required = true };
        var list = new Option<string>("--list") { Description = "A list file in that folder.", Required = true };
        var output = new Option<string>("--output") { Description = "Where cases.csv and summary.json go.", Required = true };
        var mode = new Option<InferenceMode>("--inference") { Description = "auto, whole or window." };
        var keepLargest = new Option<bool>("--keep-largest") { Description = "Keep only the largest component.", DefaultValueFactory = _ => true };
        var voxelSize = new Option<double>("--voxel-size-mm") { Description = "Voxel size of files that carry none.", DefaultValueFactory = _ => 0.625 };
        var record = new Option<bool>("--record") { Description = "Write the figures into the package's model.json, with the mean Dice of each inference mode." };
        var command = new Command("evaluate", "Measure a package on labelled cases.") { model, data, list, output, mode, keepLargest, voxelSize, record };
        command.SetAction(arguments =>
        {
            TorchRuntime.Load();
            var package = ModelPackage.Open(arguments.GetRequiredValue(model));
            var side = arguments.GetValue(voxelSize);
            var files = new CaseFiles(arguments.GetRequiredValue(data), new VoxelSize(side, side, side));
            var cases = files.List(arguments.GetRequiredValue(list));
            var request = new SegmentationRequest(arguments.GetValue(mode), KeepLargest: arguments.GetValue(keepLargest));
            if (arguments.GetValue(record))
                package = RecordModes(package, files, cases, arguments.GetRequiredValue(list));
            var summary = Evaluator.Write(arguments.GetRequiredValue(output), Score(package, files, cases, request));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.Cases} cases: Dice {summary.Dice:F4}, Jaccard {summary.Jaccard:F4}, 95HD {summary.Hd95:F2}, ASD {summary.Asd:F2} voxels, {summary.Empty} empty"));
        });
        return command;
    }

    // What `auto` chooses from must be measured in both modes first; the metrics are those of the mode it then takes.
    private static ModelPackage RecordModes(ModelPackage package, CaseFiles files, IReadOnlyList<string> cases, string list)
    {
        var dice = new Dictionary<string, double>();
        foreach (var mode in (InferenceMode[])[InferenceMode.Window, InferenceMode.Whole])
        {
            var scores = Score(package, files, cases, new SegmentationRequest(mode));
            dice[mode == InferenceMode.Whole ? "whole" : "window"] = Math.Round(scores.Average(score => score.Dice), 4);
        }

        package = package.With(package.Manifest with { Inference = package.Manifest.Inference with { ValidationDice = dice } });
        var summary = EvaluationSummary.Of(Score(package, files, cases, new SegmentationRequest()));
        var metrics = new ValidationMetrics(
            $"{list}, {summary.Cases} scans at their own grid, largest component",
            Math.Round(summary.Dice, 4),
            Math.Round(summary.Jaccard, 4),
            Math.Round(summary.Hd95 ?? double.PositiveInfinity, 2),
            Math.Round(summary.Asd ?? double.PositiveInfinity, 2));
        return package.With(package.Manifest with { Metrics = summary.Empty < summary.Cases ? metrics : null });
    }

    private static IReadOnlyList<CaseScore> Score(ModelPackage package, CaseFiles files, IReadOnlyList<string> cases, SegmentationRequest request)
    {
        using var segmenter = Segmenter.Load(package, new SegmenterOptions(), NullLogger.Instance);
        return Evaluator.Score(segmenter, files, cases, package.Manifest.Labels[0].Value, request, CancellationToken.None);
    }
}
