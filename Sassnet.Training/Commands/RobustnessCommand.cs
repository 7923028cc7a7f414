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
            var labels = measured.Labels(arguments, package);
            var cases = files.List(arguments.GetRequiredValue(measured.List));
            ResultFolder.RequireWritable(arguments.GetRequiredValue(output));
            LabelledCasesOptions.RequireUsable(files, cases, labels, package.Manifest.Preprocessing, cancellationToken);
            var (scores, withoutLabel) = (new List<CopyScore>(), new List<ScanCopy>());
            foreach (var name in cases)
            {
                var image = files.ReadImage(name);
                var label = files.ReadMask(name, image, labels[0].FileValues);
                foreach (var copy in ScanCopy.All)
                {
                    if (Score(segmenter, copy, name, image, label, cancellationToken) is { } score)
                        scores.Add(score);
                    else
                        withoutLabel.Add(copy);
                }

                Console.WriteLine($"{name} done");
            }

            var folder = Directory.CreateDirectory(arguments.GetRequiredValue(output)).FullName;
            AtomicFile.WriteText(Path.Combine(folder, "robustness.csv"), RobustnessReport.Csv(scores));
            var summary = RobustnessReport.Markdown(scores, withoutLabel);
            AtomicFile.WriteText(Path.Combine(folder, "robustness.md"), summary);
            Console.Write(summary);
            return Task.CompletedTask;
        });
        return command;
    }

    // None where moving or cutting left nothing of the label in the copy: there is nothing to compare with then, and no score would be true.
    private static CopyScore? Score(Segmenter segmenter, ScanCopy copy, string name, Volume image, LabelMap label, CancellationToken cancellationToken)
    {
        var (copied, truth) = copy.Make(image, label);
        if (!truth.Labels.AsSpan().ContainsAnyExcept((byte)0))
            return null;
        SegmentationResult result;
        try
        {
            result = segmenter.Segment(copied, new SegmentationRequest(), cancellationToken);
        }
        catch (InvalidVolumeException failure)
        {
            throw failure.Of($"Case {name}, {copy.Kind} {copy.Name}");
        }

        return new CopyScore(copy, name, MaskScore.Of(result.Segmentation, truth, inMillimetres: false), result.HeadAgreement, Warning.Slugs(result.Warnings));
    }
}
