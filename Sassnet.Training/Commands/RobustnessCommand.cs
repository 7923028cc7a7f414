using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Sassnet.Model.Files;
using Sassnet.Model.Inference;
using Sassnet.Model.Native;
using Sassnet.Model.Packages;
using Sassnet.Model.Volumes;
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
            var files = measured.Files(arguments);
            using var segmenter = Segmenter.Load(package, DeviceOption.Segmenter(arguments.GetRequiredValue(device)), NullLogger.Instance);
            var labels = measured.Labels(arguments, package);
            IReadOnlyList<IReadOnlyCollection<int>> values = [.. labels.Select(label => label.FileValues)];
            var told = package.Manifest.Labels;
            var cases = files.List(arguments.GetRequiredValue(measured.List));
            ResultFolder.RequireWritable(arguments.GetRequiredValue(output));
            LabelledCasesOptions.RequireUsable(files, cases, labels, package.Manifest, cancellationToken);
            var (scores, missing) = (new List<CopyScore>(), new List<(string Label, ScanCopy Copy)>());
            foreach (var name in cases)
            {
                var image = files.ReadImage(name);
                var label = files.ReadStructures(name, image, values);
                foreach (var copy in ScanCopy.All)
                {
                    var (copied, truth) = copy.Make(image, label);

                    // Where the scan lacks a label, or moving or cutting left nothing of it, there is nothing to compare with.
                    var present = truth.Values;
                    missing.AddRange(told.Where((_, index) => !present.Contains((byte)(index + 1))).Select(absent => (told.Count == 1 ? "the label" : absent.Name, copy)));
                    if (present.Count > 0)
                        scores.Add(CopyScore.Of(copy, name, Segment(segmenter, copy, name, copied, cancellationToken), truth, told));
                }

                Console.WriteLine($"{name} done");
            }

            var folder = Directory.CreateDirectory(arguments.GetRequiredValue(output)).FullName;
            AtomicFile.WriteText(Path.Combine(folder, "robustness.csv"), RobustnessReport.Csv(scores));
            var summary = RobustnessReport.Markdown(scores, missing, [.. told.Select(label => label.Name)]);
            AtomicFile.WriteText(Path.Combine(folder, "robustness.md"), summary);
            Console.Write(summary);
            return Task.CompletedTask;
        });
        return command;
    }

    private static SegmentationResult Segment(Segmenter segmenter, ScanCopy copy, string name, Volume copied, CancellationToken cancellationToken)
    {
        try
        {
            return segmenter.Segment(copied, new SegmentationRequest(), cancellationToken);
        }
        catch (InvalidVolumeException failure)
        {
            throw failure.Of($"Case {name}, {copy.Kind} {copy.Name}");
        }
    }
}
