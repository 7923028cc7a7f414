using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Files;
using Sassnet.Model.Inference;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
using Sassnet.Training.Configuration;
using Sassnet.Training.Evaluation;
using Sassnet.Training.Robustness;

namespace Sassnet.Training.Commands;

/// <summary><c>robustness</c>: measures a package on altered copies of labelled cases, as other scanners and archives would have sent them.</summary>
internal static class RobustnessCommand
{
    public static Command Create()
    {
        var measured = new LabelledCasesOptions();
        var output = new Option<string>("--output") { Description = "Where robustness.csv and robustness.md go.", Required = true };
        var device = DeviceOption.Create();
        var command = new Command("robustness", "Measure a package on rescaled, resampled, turned, shifted, cropped and padded copies of labelled cases.")
        {
            measured.Model, measured.Data, measured.List, output, measured.VoxelSize, measured.LabelValues, device,
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            TorchRuntime.Load();
            var package = ModelPackage.Open(arguments.GetRequiredValue(measured.Model));
            if (package.Manifest.Labels.Count > 1)
                throw new InvalidConfigurationException($"{package.Identifier} has {package.Manifest.Labels.Count} labels; accepted: a package of one, since the table has one Dice for each copy.");
            var files = measured.Files(arguments);
            using var segmenter = Segmenter.Load(package, DeviceOption.Segmenter(arguments.GetRequiredValue(device)), NullLogger.Instance);
            int[] values = arguments.GetValue(measured.LabelValues) is [_, ..] given ? given : [package.Manifest.Labels[0].Value];
            var cases = files.List(arguments.GetRequiredValue(measured.List));
            ResultFolder.RequireWritable(arguments.GetRequiredValue(output));
            files.RequireUsable(cases, [values], cancellationToken);
            var scores = new List<CopyScore>();
            foreach (var name in cases)
            {
                var image = files.ReadImage(name);
                var label = files.ReadMask(name, image, values);
                scores.AddRange(ScanCopy.All.Select(copy => Score(segmenter, copy, name, image, label, cancellationToken)));
                Console.WriteLine($"{name} done");
            }

            var folder = Directory.CreateDirectory(arguments.GetRequiredValue(output)).FullName;
            AtomicFile.WriteText(Path.Combine(folder, "robustness.csv"), RobustnessReport.Csv(scores));
            AtomicFile.WriteText(Path.Combine(folder, "robustness.md"), RobustnessReport.Markdown(scores));
            Console.Write(RobustnessReport.Markdown(scores));
            return Task.CompletedTask;
        });
        return command;
    }

    private static CopyScore Score(Segmenter segmenter, ScanCopy copy, string name, Volume image, LabelMap label, CancellationToken cancellationToken)
    {
        var (copied, truth) = copy.Make(image, label);
        var result = segmenter.Segment(copied, new SegmentationRequest(), cancellationToken);
        return new CopyScore(copy, name, MaskScore.Of(result.Segmentation, truth, inMillimetres: false), result.HeadAgreement, Warning.Slugs(result.Warnings));
    }
}
