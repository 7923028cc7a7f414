using System.CommandLine;
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
        var output = new Option<string>("--output") { Description = "Where cases.csv, summary.json, evaluation.json and the pictures go.", Required = true };
        var mode = new Option<string>("--inference") { Description = "How the network is led over a scan; auto where omitted." };
        mode.AcceptOnlyFromAmong([.. InferenceModes.Words]);
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
            var evaluator = new Evaluator(segmenter, files, Labels(package, arguments.GetValue(foreground) ?? []));
            new PackageMeasurement(package, evaluator, cases, arguments.GetRequiredValue(list))
                .Write(folder, arguments.GetValue(mode) is { } word ? InferenceModes.Find(word)!.Value : InferenceMode.Auto, arguments.GetValue(record), Console.Out, cancellationToken);
            return Task.CompletedTask;
        });
        return command;
    }

    private static EvaluatedLabel[] Labels(ModelPackage package, int[] fileValues)
    {
        var labels = package.Manifest.Labels;
        if (fileValues.Length > 0 && labels.Count > 1)
            throw new InvalidConfigurationException($"--label-values is {string.Join(' ', fileValues)}; accepted with {package.Identifier}, which has {labels.Count} labels: none, so that label files have its values.");
        return [.. labels.Select(label => new EvaluatedLabel(label.Value, fileValues.Length > 0 ? fileValues : [label.Value]))];
    }

    private static CaseFiles Files(string folder, double? voxelSizeMm)
    {
        if (voxelSizeMm is { } given && !(given > 0 && double.IsFinite(given)))
            throw new InvalidConfigurationException(FormattableString.Invariant($"--voxel-size-mm is {given}; accepted: a length above 0."));
        var side = voxelSizeMm ?? AssumedVoxelSizeMm;
        return new CaseFiles(folder, new VoxelSize(side, side, side), voxelSizeMm is not null);
    }
}
