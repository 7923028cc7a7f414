using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Files;
using Sassnet.Model.Inference;
using Sassnet.Model.Inference.Modes;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;

namespace Sassnet.Training.Commands;

/// <summary><c>evaluate</c>: measures a package on labelled cases, each at its own grid.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        var measured = new LabelledCasesOptions();
        var output = new Option<string>("--output") { Description = "Where cases.csv, summary.json, evaluation.json and the pictures go.", Required = true }.Taking("a folder");
        var mode = new Option<string>("--inference") { Description = "How the network is led over a scan; auto where omitted." }.Taking(string.Join(", ", InferenceModes.Words));
        mode.AcceptOnlyFromAmong([.. InferenceModes.Words]);
        var device = DeviceOption.Create();
        var record = new Option<bool>("--record") { Description = "Write the figures into the package's model.json, with the mean Dice of each inference mode that every case could be led in; for --inference auto." };
        var command = new Command("evaluate", "Measure a package on labelled cases, with and without their smaller components, and draw the best, the median and the worst.")
        {
            measured.Model, measured.Data, measured.List, output, mode, measured.VoxelSize, measured.LabelValues, device, record,
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            var led = arguments.GetValue(mode) is { } word ? InferenceModes.Find(word)!.Value : InferenceMode.Auto;
            if (arguments.GetValue(record) && led != InferenceMode.Auto)
                throw new InvalidConfigurationException($"--record measures all modes and records what auto then takes; --inference is {led.Word()}, accepted with it: auto.");
            TorchRuntime.Load();
            var package = ModelPackage.Open(arguments.GetRequiredValue(measured.Model));
            var files = measured.Files(arguments);
            var cases = files.List(arguments.GetRequiredValue(measured.List));
            var folder = arguments.GetRequiredValue(output);
            using var segmenter = Segmenter.Load(package, DeviceOption.Segmenter(arguments.GetRequiredValue(device)), NullLogger.Instance);
            var labels = measured.Labels(arguments, package);
            ResultFolder.RequireWritable(folder);
            if (arguments.GetValue(record))
                ResultFolder.RequireWritable(package.Folder);
            LabelledCasesOptions.RequireUsable(files, cases, labels, package.Manifest, cancellationToken);
            new PackageMeasurement(package, new Evaluator(segmenter, files, labels), cases, arguments.GetRequiredValue(measured.List))
                .Write(folder, led, arguments.GetValue(record), Console.Out, cancellationToken);
            return Task.CompletedTask;
        });
        return command;
    }
}
